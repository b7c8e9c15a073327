import { containersOf, isSaid, KNATIVE_SERVICE, podOf } from './knative-service';
import { ControllerRule, Violation } from '../controller-rule';

const TAKEN = [
  'name', 'args', 'command', 'env', 'workingDir', 'envFrom', 'image', 'imagePullPolicy', 'livenessProbe', 'ports', 'readinessProbe', 'resources',
  'securityContext', 'startupProbe', 'terminationMessagePath', 'terminationMessagePolicy', 'volumeMounts',
];
const SECURITY = ['capabilities', 'readOnlyRootFilesystem', 'runAsUser', 'runAsGroup', 'runAsNonRoot', 'allowPrivilegeEscalation', 'seccompProfile'];
const RESERVED_PORTS = [8008, 8012, 8013, 8022, 9090, 9091];
const RESERVED_PATHS = ['/', '/dev', '/dev/log'];
const RESERVED_VARIABLES = ['PORT', 'K_SERVICE', 'K_CONFIGURATION', 'K_REVISION'];

/** @see https://github.com/knative/serving/blob/knative-v1.21.1/pkg/apis/serving/k8s_validation.go validate */
export const containers: ControllerRule[] = [
  {
    ruleId: 'knative/refused-container-field',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => containersOf(manifest).flatMap(({ container, at }) => {
      const security = container.securityContext ?? {};
      return [
        ...Object.keys(container).filter((field) => !TAKEN.includes(field) && isSaid(container[field])),
        ...Object.keys(security).filter((field) => !SECURITY.includes(field) && isSaid(security[field])).map((field) => `securityContext.${field}`),
      ].map((field) => ({ field: `${at}.${field}`, problem: 'must not be set, whatever the flags of the cluster are', remedy: 'leave it out' }));
    }),
  },
  {
    ruleId: 'knative/container-name',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => {
      const names = containersOf(manifest).map(({ container }) => container.name ?? '');
      return containersOf(manifest).flatMap(({ at }, i) => names[i] === 'queue-proxy' || (names[i] !== '' && names.indexOf(names[i]) !== i) ? [{
        field: `${at}.name`, problem: "must stand once, and not be 'queue-proxy'", value: names[i], remedy: 'choose another name',
      }] : []);
    },
  },
  {
    ruleId: 'knative/reserved-variable',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => containersOf(manifest).flatMap(({ container, at, init }) => {
      const sidecar = init || ((podOf(manifest).containers ?? []).length > 1 && !(container.ports?.length > 0));
      const reserved = RESERVED_VARIABLES.filter((name) => !(sidecar && name === 'PORT'));
      return (container.env ?? []).filter(({ name }: any) => reserved.includes(name)).map(({ name }: any) => ({
        field: `${at}.env`, problem: 'must not hold what Knative sets itself', value: name, remedy: 'give the variable another name',
      }));
    }),
  },
  {
    ruleId: 'knative/port',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => containersOf(manifest).filter(({ init }) => !init).flatMap(({ container, at }) => portProblems(container.ports?.[0], `${at}.ports[0]`)),
  },
  {
    ruleId: 'knative/mount-path',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => containersOf(manifest).flatMap(({ container, at }) => {
      const paths = (container.volumeMounts ?? []).map(({ mountPath = '' }: any) => clean(mountPath));
      return paths.flatMap((path: string, i: number) => !path.startsWith('/') || RESERVED_PATHS.includes(path) || paths.indexOf(path) !== i ? [{
        field: `${at}.volumeMounts[${i}].mountPath`, problem: `must be an absolute path that stands once, and none of ${RESERVED_PATHS.join(', ')}`, value: path, remedy: 'choose another path',
      }] : []);
    }),
  },
];

function portProblems(port: any, field: string): Violation[] {
  if (!port) {return [];}
  const { containerPort = 0, name = '', protocol = 'TCP', hostPort = 0 } = port;
  const problems: [boolean, string, unknown][] = [
    [RESERVED_PORTS.includes(containerPort), `must not be one of Knative's own (${RESERVED_PORTS.join(', ')})`, containerPort],
    [containerPort < 0 || containerPort > 65535, 'must be from 0 to 65535', containerPort],
    [!['', 'h2c', 'http1'].includes(name), "must be called 'http1' or 'h2c', or nothing", name],
    [protocol !== 'TCP', 'must be of TCP', protocol],
    [hostPort !== 0, 'must not be a port of the node', hostPort],
  ];
  return problems.filter(([wrong]) => wrong).map(([, problem, value]) => ({ field, problem, value, remedy: 'mend the port' }));
}

/** As Go cleans a path. */
function clean(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return (path.startsWith('/') ? '/' : '') + parts.join('/');
}
