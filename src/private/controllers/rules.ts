import { analysisArguments } from './argo-rollouts/analysis-arguments';
import { analysisMetrics } from './argo-rollouts/analysis-metrics';
import { analysisRuns } from './argo-rollouts/analysis-runs';
import { ingressBackends } from './argo-rollouts/ingress-backends';
import { numbersAndDeadlines } from './argo-rollouts/numbers-and-deadlines';
import { routes } from './argo-rollouts/routes';
import { selectorAndTemplate } from './argo-rollouts/selector-and-template';
import { serviceSelectors } from './argo-rollouts/service-selectors';
import { services } from './argo-rollouts/services';
import { steps } from './argo-rollouts/steps';
import { strategies } from './argo-rollouts/strategies';
import { trafficRouting } from './argo-rollouts/traffic-routing';
import { virtualServiceRoutes } from './argo-rollouts/virtual-service-routes';
import { ControllerRule } from './controller-rule';
import { crossOrigin } from './istio/cross-origin';
import { faultsAndAnswers } from './istio/faults-and-answers';
import { gateways } from './istio/gateways';
import { headers } from './istio/headers';
import { matches } from './istio/matches';
import { retriesAndTimeouts } from './istio/retries-and-timeouts';
import { security } from './istio/security';
import { trafficPolicies } from './istio/traffic-policies';
import { virtualServices } from './istio/virtual-services';
import { containers as knativeContainers } from './knative/containers';
import { names } from './knative/names';
import { pods as knativePods } from './knative/pods';
import { scaling as knativeScaling } from './knative/scaling';
import { traffic } from './knative/traffic';
import { canary } from './kserve/canary';
import { containers as kserveContainers } from './kserve/containers';
import { namesAndMode } from './kserve/names-and-mode';
import { scaling as kserveScaling } from './kserve/scaling';
import { storage } from './kserve/storage';
import { containers } from './pods/containers';
import { devices } from './pods/devices';
import { pods } from './pods/pods';
import { probes } from './pods/probes';
import { scheduling } from './pods/scheduling';
import { security as podSecurity } from './pods/security';
import { volumes } from './pods/volumes';

/** Families of rules, by the controller that would refuse. */
export const CONTROLLER_RULES: { readonly [family: string]: ControllerRule[] } = {
  'argo-rollouts: selector and template': selectorAndTemplate,
  'argo-rollouts: numbers and deadlines': numbersAndDeadlines,
  'argo-rollouts: strategies': strategies,
  'argo-rollouts: services': services,
  'argo-rollouts: traffic routing': trafficRouting,
  'argo-rollouts: steps': steps,
  'argo-rollouts: routes': routes,
  'argo-rollouts: service selectors': serviceSelectors,
  'argo-rollouts: virtual service routes': virtualServiceRoutes,
  'argo-rollouts: ingress backends': ingressBackends,
  'argo-rollouts: analysis arguments': analysisArguments,
  'argo-rollouts: analysis runs': analysisRuns,
  'argo-rollouts: analysis metrics': analysisMetrics,
  'istio: virtual services': virtualServices,
  'istio: matches': matches,
  'istio: headers': headers,
  'istio: cross origin': crossOrigin,
  'istio: retries and timeouts': retriesAndTimeouts,
  'istio: faults and answers': faultsAndAnswers,
  'istio: gateways': gateways,
  'istio: traffic policies': trafficPolicies,
  'istio: security': security,
  'kubernetes: pods': pods,
  'kubernetes: containers': containers,
  'kubernetes: probes': probes,
  'kubernetes: devices': devices,
  'kubernetes: scheduling': scheduling,
  'kubernetes: security': podSecurity,
  'kubernetes: volumes': volumes,
  'kserve: names and mode': namesAndMode,
  'kserve: scaling': kserveScaling,
  'kserve: containers': kserveContainers,
  'kserve: storage': storage,
  'kserve: canary': canary,
  'knative: names': names,
  'knative: pods': knativePods,
  'knative: containers': knativeContainers,
  'knative: traffic': traffic,
  'knative: scaling': knativeScaling,
};
