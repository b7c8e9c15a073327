import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { AuthContext, AuthParts } from './auth-parts';
import { BasicMlflowAuthOptions, MlflowPermission } from './mlflow-auth-options';
import { environmentOf } from '../../core/pods/environment';

const FOLDER = '/auth';
const FILE = `${FOLDER}/basic_auth.ini`;

/** MLflow reads the address of the users' database from a file only, and the address is a secret: the file is written in the pod. */
const WRITE_FILE = [
  'import os',
  `with open('${FILE}', 'w') as file:`,
  "    file.write('[mlflow]\\ndefault_permission = %s\\ndatabase_uri = %s\\n' % (os.environ['DEFAULT_PERMISSION'], os.environ['DATABASE_URI'].replace('%', '%%')))",
].join('\n');

/** Users and permissions of MLflow itself. */
export function basicAuthParts(scope: Construct, context: AuthContext, options: BasicMlflowAuthOptions): AuthParts {
  const { image, database } = context;
  const permission = options.defaultPermission ?? MlflowPermission.READ;
  const file = { name: 'auth', mountPath: FOLDER };
  return {
    args: ['--app-name=basic-auth'],
    env: environmentOf(scope, { MLFLOW_AUTH_CONFIG_PATH: FILE }, {
      MLFLOW_AUTH_ADMIN_USERNAME: options.adminUsername,
      MLFLOW_AUTH_ADMIN_PASSWORD: options.adminPassword,
      MLFLOW_FLASK_SERVER_SECRET_KEY: options.sessionKey,
    }),
    mounts: [{ ...file, readOnly: true }],
    volumes: [{ name: 'auth', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }],
    initContainers: [{
      name: 'write-auth-config',
      image,
      resources: { cpu: { request: Cpu.millis(50) }, memory: { request: Size.mebibytes(64), limit: Size.mebibytes(64) } },
      env: database.uri
        ? environmentOf(scope, { DEFAULT_PERMISSION: permission }, { DATABASE_URI: database.uri })
        : environmentOf(scope, { DEFAULT_PERMISSION: permission, DATABASE_URI: context.fileUri.replace(/[^/]+$/, 'basic_auth.db') }),
      mounts: [file],
      fields: { command: ['python', '-c', WRITE_FILE] },
    }],
    migration: { args: ['-m', 'mlflow.server.auth', 'db', 'upgrade', '--url=$(MLFLOW_BACKEND_STORE_URI)'] },
    scrapeLogin: { username: options.adminUsername.bind(scope), password: options.adminPassword.bind(scope) },
    clientSecrets: {
      MLFLOW_TRACKING_USERNAME: options.clientUsername ?? options.adminUsername,
      MLFLOW_TRACKING_PASSWORD: options.clientPassword ?? options.adminPassword,
    },
    notes: options.clientUsername ? [] : ['workloads log in to MLflow as its first user, who may do everything; give them a user of their own with clientUsername and clientPassword'],
  };
}
