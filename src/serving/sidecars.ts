import { ContainerRestartPolicy } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ServedModelOptions } from './model-serving-props';
import { ModelSourceConfig } from './model-source';
import { Sidecar } from './sidecar';
import { ModelRelease } from '../core/model-release';
import { InputProblems } from '../private/input-error';

/** What the pods get beside the server: that of the source, which ends before the server starts, and what runs as long as the server does. */
export function withSidecars(
  scope: Construct, props: ServedModelOptions, release: ModelRelease, source: ModelSourceConfig, problems: InputProblems,
): ModelSourceConfig {
  const sidecars = (props.sidecars ?? []).map((sidecar) => sidecar.bind(scope, release));
  findSidecarProblems(problems, props, sidecars);
  return {
    ...source,
    initContainers: [...source.initContainers, ...sidecars.map(({ container }) => ({ ...container, restartPolicy: ContainerRestartPolicy.ALWAYS }))],
    environment: Object.assign({}, source.environment, ...sidecars.map(({ environment }) => environment)),
    egress: [...source.egress, ...sidecars.flatMap(({ egress }) => egress)],
  };
}

function findSidecarProblems(problems: InputProblems, props: ServedModelOptions, sidecars: Sidecar[]): void {
  const taken = [props.server.port, props.server.metrics.port, ...props.predictionExporter ? [props.predictionExporter.port] : []];
  for (const { container, ports, environment } of sidecars) {
    for (const port of ports.filter((candidate) => taken.includes(candidate))) {
      problems.add('serving/sidecar-port-taken', `the container '${container.name}' beside the server listens on ${port}, which is taken in the pod; give it another port`);
    }
    taken.push(...ports);
    const given = Object.keys({ ...props.env, ...props.secrets });
    for (const name of Object.keys(environment).filter((candidate) => given.includes(candidate))) {
      problems.add('serving/sidecar-variable', `'${name}' is set by the container '${container.name}' beside the server; give your variable another name`);
    }
  }
}
