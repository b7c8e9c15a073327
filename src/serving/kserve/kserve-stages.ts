import { createHash } from 'crypto';
import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { KserveServingProps } from './kserve-options';
import { KservePredictor } from './kserve-predictor';
import { Findings, FindingSeverity } from '../../core/findings';
import { declareControllerFields } from '../../private/controller-fields';
import { InputProblems } from '../../private/input-error';
import { STAGE_POINTER } from '../../private/keys';
import { Service } from '../../private/l1/core-v1';
import { StagedObject, StagedTarget } from '../../rollout/staged-serving';
import { RoutingBinding } from '../traffic-router';

/** A version as its stages need it. */
export interface StagedVersion {
  /** Name of its InferenceService. */
  readonly name: string;
  /** Service of the version's role, whichever version that is. */
  readonly role: string;
}

/** Two versions behind a route. */
export interface StagedRoute {
  readonly props: KserveServingProps;
  readonly champion: StagedVersion;
  readonly challenger?: StagedVersion;
  /** What the router said when it was bound. */
  readonly binding?: RoutingBinding;
  readonly targetPort: number;
}

/** Two versions of one InferenceService. */
export interface StagedRevisions {
  readonly props: KserveServingProps;
  readonly predictor: KservePredictor;
  readonly isFirst: boolean;
  readonly version: string;
}

type Described = Pick<StagedTarget, 'object' | 'shares' | 'subject' | 'isFirst' | 'ready' | 'routerName'>;

const ISTIO = { group: 'networking.istio.io', version: 'v1', resource: 'virtualservices' };
const GATEWAY_API = { group: 'gateway.networking.k8s.io', version: 'v1', resource: 'httproutes' };
const KSERVE = { group: 'serving.kserve.io', version: 'v1beta1', resource: 'inferenceservices' };

/** Shares in the mode `Standard`: weights of a route of ours. */
export function stagedRoute(scope: Construct, problems: InputProblems, staged: StagedRoute): Described | undefined {
  const { props, champion, challenger, binding, targetPort } = staged;
  if (!challenger || !binding) {
    problems.add('kserve/nothing-to-stage',
      'there is no version that could take over stage by stage; name it in KserveMode.standard({ stages: { router, challenger } }), or leave the stages out until there is one');
    return undefined;
  }
  const route = routeOf(problems, binding);
  if (!route) {return undefined;}
  const { port } = props.server;
  // the name of a role would stand for another version after the next change of the manifests, with the weight of this one
  const backendOf = (id: string, { name, role }: StagedVersion) => {
    new Service(scope, id, {
      metadata: { name: `${name}-requests`, labels: binding.serviceLabels, annotations: props.platform.gitOps.pruneLast() },
      spec: { selector: { 'serving.kserve.io/inferenceservice': name }, ports: [{ name: 'http', port, targetPort, protocol: 'TCP' }] },
    });
    return { version: name, service: `${name}-requests`, role, port };
  };
  const shares = { ...route.shares, stable: backendOf('ChampionVersion', champion), candidate: backendOf('ChallengerVersion', challenger) };
  scope.node.findAll()
    .filter((node): node is ApiObject => ApiObject.isApiObject(node) && ['VirtualService', 'HTTPRoute'].includes(node.kind))
    .forEach((object) => declareControllerFields({
      object,
      jsonPointers: [STAGE_POINTER],
      jqPathExpressions: [object.kind === 'HTTPRoute' ? '.spec.rules[].backendRefs' : '.spec.http[].route'],
      why: 'stages name versions, and move their weights',
    }));
  return {
    object: route.object,
    shares,
    subject: challenger.name,
    isFirst: false,
    ready: { ...KSERVE, objectName: challenger.name },
    routerName: props.mode.standardOptions!.stages!.router.routerName,
  };
}

/** Shares in the mode `Knative`: a field of the InferenceService. */
export function stagedRevisions(scope: Construct, problems: InputProblems, { props, predictor, isFirst, version }: StagedRevisions): Described {
  const object = ApiObject.of(predictor);
  const { canaryTrafficPercent } = props.mode.knativeOptions!;
  if (!isFirst && canaryTrafficPercent !== 0) {
    problems.add('kserve/staged-share-taken',
      `'canaryTrafficPercent' must be 0 where stages give the new version its share, got ${canaryTrafficPercent ?? 'none, which is all'}; nobody would have judged the version before; leave the stages out once it has arrived`);
  }
  declareControllerFields({
    object,
    jsonPointers: [STAGE_POINTER, '/spec/predictor/canaryTrafficPercent'],
    jqPathExpressions: [],
    why: 'stages move the share, and write down how far they are',
  });
  Findings.of(scope).add({
    ruleId: 'kserve/stage-makes-revisions',
    severity: FindingSeverity.ERROR,
    message: `KServe copies the annotation in which stages of '${object.name}' write down how far they are onto the pods, unless it is told not to: ` +
      'every stage would be a revision that nobody judged, and go back',
    remedy: "add 'cdk8s-mlops.io/stage' to 'serviceAnnotationDisallowedList' of 'inferenceService' in the ConfigMap 'inferenceservice-config' and " +
      'acknowledge the finding with that, or let versions take over with KserveMode.standard({ stages })',
  });
  if (props.platform.gitOps.controller !== 'none') {
    Findings.of(scope).add({
      ruleId: 'kserve/share-outlives-version',
      severity: FindingSeverity.ERROR,
      message: `a share that stages write into '${object.name}' must be left alone by Argo CD, which keeps it for the next version, too: ` +
        'that one would begin with what the one before had at the end, which is everything',
      remedy: 'let versions take over with KserveMode.standard({ stages }) or KnativeServing, whose shares name versions, or acknowledge it with what sets the field to 0 together with a new version',
    });
  }
  return {
    object: { ...KSERVE, objectName: object.name },
    shares: { in: 'kserve', version, image: props.image.uri },
    subject: `${version}-${hashOf(predictor)}`,
    isFirst,
    routerName: 'KServe',
  };
}

/** A revision comes of everything but its share. */
function hashOf(predictor: KservePredictor): string {
  const { canaryTrafficPercent: _, ...content } = predictor.predictor();
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 8);
}

/** The one object that has the weights. */
function routeOf(problems: InputProblems, { trafficRouting, route }: RoutingBinding): { object: StagedObject; shares: any } | undefined {
  const { istio, plugins = {} } = trafficRouting;
  const { name, routes } = istio?.virtualService ?? {};
  const [httpRoute] = Object.values<any>(plugins);
  const objectName: string | undefined = name ?? httpRoute?.httpRoute;
  if (objectName === undefined || objectName.includes('.') || httpRoute?.namespace !== undefined) {
    problems.add('kserve/stages-of-several-objects',
      `shares must stand in one object of the namespace of the model, got ${objectName ?? 'several VirtualServices'}; a Role reaches its own namespace only, and two objects never change at once`);
    return undefined;
  }
  return name === undefined
    ? { object: { ...GATEWAY_API, objectName }, shares: { in: 'gateway-api' } }
    // every route of a VirtualService of ours leads to the versions
    : { object: { ...ISTIO, objectName }, shares: { in: 'istio', ...route || !routes ? {} : { routes } } };
}

/** What stages know of a serving, whatever runs it. */
export function stagedPromises(props: KserveServingProps, startupLimit: Duration): Pick<StagedTarget, 'slo' | 'rollbackObjective' | 'startupLimit'> {
  const { slo, rollbackObjective } = props;
  return { slo, rollbackObjective: rollbackObjective ?? Duration.minutes(10), startupLimit };
}
