import { ContainerResources } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { GraphNode } from './graph-node';
import { Findings, FindingSeverity } from '../../core/findings';
import { KserveVersion } from '../../core/kserve-version';
import { NetworkPeer } from '../../core/network-peer';
import { Owner } from '../../core/owner';
import { checkOwner } from '../../core/owner-rules';
import { PlatformProfile } from '../../core/platform-profile';
import { PodNetwork } from '../../core/pods/pod-network';
import { AuditKey } from '../../private/audit';
import { InputProblems } from '../../private/input-error';
import { InferenceGraphObject } from '../../private/l1/serving-kserve-io';
import { rendered } from '../pod-builder';
import { findResourceProblems } from '../serving-problems';

/** Properties of `InferenceGraph`. */
export interface InferenceGraphProps {
  /** Name of the graph, and of the Service that clients call. */
  readonly graphName: string;
  /** Where a request begins. */
  readonly root: GraphNode;
  /**
   * Other nodes, by name.
   *
   * @default - the root is all
   */
  readonly nodes?: { [name: string]: GraphNode };
  /** CPU and memory of the router that goes from step to step: requests for both and a limit for memory are required. */
  readonly resources: ContainerResources;
  /** Who answers when it fails. */
  readonly owner: Owner;
  /** What the cluster has. */
  readonly platform: PlatformProfile;
  /**
   * Number of routers.
   *
   * @default 2
   */
  readonly replicas?: number;
  /**
   * Who may call the graph.
   *
   * @default - every pod of the same namespace, and nobody else
   */
  readonly callers?: NetworkPeer[];
  /**
   * Whom the router calls: the models of the graph.
   *
   * @default - every pod of the same namespace, and nobody else
   */
  readonly egress?: NetworkPeer[];
}

/** Port of KServe's router. */
const ROUTER_PORT = 8080;

/**
 * Several models that answer one request: one after another, together, one of them by share or by a condition. Runs in KServe's mode `Standard`.
 *
 * @see https://kserve.github.io/website/docs/model-serving/inferencegraph/overview
 */
export class InferenceGraph extends Construct {
  /** Name of the graph, and of the Service that clients call. */
  public readonly graphName: string;
  private readonly network: PodNetwork;

  /**
   * @throws if a name is malformed, weights do not add up, a step leads nowhere, or nodes call each other in a circle; every problem at once
   */
  public constructor(scope: Construct, id: string, props: InferenceGraphProps) {
    super(scope, id);
    const nodes: { [name: string]: GraphNode } = { root: props.root, ...props.nodes };
    const problems = new InputProblems();
    findGraphProblems(problems, props, nodes);
    problems.throwAt(scope, id);
    this.graphName = props.graphName;
    const { platform, replicas = 2 } = props;
    const podLabels = { 'serving.kserve.io/inferencegraph': props.graphName };
    new InferenceGraphObject(this, 'Resource', {
      metadata: {
        name: props.graphName,
        labels: { [AuditKey.OWNER]: props.owner.team, [AuditKey.ENVIRONMENT]: platform.environment, 'networking.kserve.io/visibility': 'cluster-local' },
        annotations: { 'serving.kserve.io/deploymentMode': platform.kserve === KserveVersion.V0_15 ? 'RawDeployment' : 'Standard' },
      },
      spec: {
        nodes: Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, node._render()])),
        minReplicas: replicas,
        maxReplicas: replicas,
        resources: rendered(props.resources, {}),
      },
    });
    this.network = new PodNetwork(this, 'NetworkPolicy', {
      name: props.graphName, podLabels, ports: [ROUTER_PORT], platform,
    });
    (props.callers ?? [NetworkPeer.sameNamespace()]).forEach((caller) => this.allowFrom(caller));
    (props.egress ?? [NetworkPeer.sameNamespace()]).forEach((peer) => this.network.allowTo(peer));
    Findings.of(this).add({
      ruleId: 'kserve/router-without-seccomp',
      severity: FindingSeverity.WARNING,
      message: `the router of '${props.graphName}' is a pod of KServe's own, which names no seccomp profile: a namespace that enforces the restricted standard refuses it`,
      remedy: 'run the graph in a namespace that enforces the baseline standard, or acknowledge it with what sets the profile there',
    });
  }

  /**
   * Let somebody call the graph.
   *
   * @param caller who
   */
  public allowFrom(caller: NetworkPeer): void {
    this.network.allowFrom(caller);
  }
}

function findGraphProblems(problems: InputProblems, props: InferenceGraphProps, nodes: { [name: string]: GraphNode }): void {
  checkOwner(props.owner, problems);
  findResourceProblems(problems, props.resources);
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(props.graphName)) {
    problems.add('kserve/malformed-graph-name',
      `'graphName' must be at most 63 lower-case letters, digits and '-', starting with a letter, got '${props.graphName}'`);
  }
  if (props.nodes?.root) {
    problems.add('kserve/root-twice', "'nodes' must not have a 'root', which is given on its own; give the node another name");
  }
  const { replicas } = props;
  if (replicas !== undefined && (!Number.isInteger(replicas) || replicas < 1)) {
    problems.add('kserve/malformed-graph-replicas', `'replicas' of the graph must be a positive integer, got ${replicas}`);
  }
  for (const [name, node] of Object.entries(nodes)) {
    for (const target of node._nodeNames.filter((other) => !nodes[other])) {
      problems.add('kserve/unknown-node', `a step of node '${name}' leads to '${target}', which is not there; the nodes are ${Object.keys(nodes).join(', ')}`);
    }
  }
  const circle = circleFrom('root', nodes, []);
  if (circle) {
    problems.add('kserve/circle', `nodes must not call each other in a circle, got ${circle.join(' → ')}; a request would never be answered`);
  }
}

function circleFrom(name: string, nodes: { [name: string]: GraphNode }, path: string[]): string[] | undefined {
  if (path.includes(name)) {return [...path.slice(path.indexOf(name)), name];}
  const targets = nodes[name]?._nodeNames ?? [];
  return targets.map((target) => circleFrom(target, nodes, [...path, name])).find((circle) => circle !== undefined);
}
