import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { headerVariable } from './staged-settings';
import { environmentOf } from '../core/pods/environment';
import { restrictedPodSpec } from '../core/pods/restricted-pod';
import { RuntimeImage } from '../core/runtime-image';
import { SecretRef } from '../core/secret-ref';

/** What the pod is told. */
export interface StagedPodProps {
  readonly runtime: RuntimeImage;
  readonly account: string;
  readonly settingsName: string;
  readonly namespace?: string;
  readonly secretHeaders: { [header: string]: SecretRef };
}

/** Name of the container that moves the shares. */
export const CONTAINER = 'stage';

const SETTINGS = '/etc/stage';

/** A restricted pod that may talk to the API server, and has a minute to take its share back when it is stopped. */
export function stagedPod(scope: Construct, { runtime, account, settingsName, namespace, secretHeaders }: StagedPodProps): any {
  const memory = Size.mebibytes(256);
  const secrets = Object.fromEntries(Object.entries(secretHeaders).map(([header, secret]) => [headerVariable(header), secret]));
  return restrictedPodSpec({
    serviceAccountName: account,
    scratch: Size.mebibytes(16),
    containers: [{
      name: CONTAINER,
      image: runtime.small,
      resources: { cpu: { request: Cpu.millis(50) }, memory: { request: memory, limit: memory } },
      env: [
        ...environmentOf(scope, { HOME: '/tmp', ...runtime.environment }, secrets),
        ...namespace === undefined ? [{ name: 'NAMESPACE', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } } }] : [],
      ],
      mounts: [{ name: 'settings', mountPath: SETTINGS, readOnly: true }],
      fields: {
        command: runtime.command('stage'),
        args: [`--settings=${SETTINGS}/settings.json`, ...namespace === undefined ? ['--namespace=$(NAMESPACE)'] : []],
      },
    }],
    volumes: [{ name: 'settings', configMap: { name: settingsName } }],
    fields: { automountServiceAccountToken: true, restartPolicy: 'Never', terminationGracePeriodSeconds: 60 },
  });
}
