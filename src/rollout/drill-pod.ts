import { RollbackDrillProps } from './rollback-drill-props';
import { NONROOT, restrictedContainer } from '../private/restricted-pod';

/** What the pod of a drill is told. */
export interface DrillPodProps extends Omit<RollbackDrillProps, 'objective'> {
  readonly objective: number;
  readonly account: string;
  readonly record: string;
}

/** A restricted pod that may talk to the API server, and has a minute to take its fault back when it is stopped. */
export function drillPod({ runtime, rollout, serving, fault, objective, account, record }: DrillPodProps): any {
  const namespace = serving.servingNamespace;
  return {
    serviceAccountName: account,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 60,
    securityContext: { runAsNonRoot: true, runAsUser: NONROOT, runAsGroup: NONROOT, fsGroup: NONROOT, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [{
      name: 'drill',
      image: runtime.small.uri,
      imagePullPolicy: 'IfNotPresent',
      command: runtime.command('drill'),
      args: [
        rollout.rolloutName,
        ...namespace === '' ? ['--namespace=$(NAMESPACE)'] : [`--namespace=${namespace}`],
        `--container=${fault.container ?? 'server'}`,
        `--fault=${fault.variable}=${fault.value}`,
        `--objective=${objective}`,
        `--record=${record}`,
      ],
      env: [
        ...Object.entries(runtime.environment).map(([name, value]) => ({ name, value })),
        { name: 'NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      ],
      resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '128Mi' } },
      securityContext: restrictedContainer(),
      volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
    }],
    volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '16Mi' } }],
  };
}
