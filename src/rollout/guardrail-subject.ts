import { Duration } from 'cdk8s';
import { AnalysisSettings } from './analysis-settings';
import { GuardrailSubject } from './guardrail';
import { ServingMetrics } from '../core/serving-metrics';
import { promDuration } from '../private/prom-duration';
import { HASH_LABEL } from '../private/series-labels';

/** What stands for the hash of the new version in a query. */
export const CANARY_HASH = '{{args.canary-hash}}';

/** What stands for the hash of the version that serves in a query. */
export const STABLE_HASH = '{{args.stable-hash}}';

/** What a guardrail may be asked about. */
export interface SubjectProps {
  readonly metrics: ServingMetrics;
  readonly settings: AnalysisSettings;
  /** Namespace of the pods, where it is known. Otherwise the argument `namespace` says it. */
  readonly namespace?: string;
  readonly canaryAddress?: string;
}

/** One template makes one hash, in every namespace that it is applied to: queries name the namespace, too. */
export function subjectOf({ metrics, settings, namespace, canaryAddress }: SubjectProps): GuardrailSubject {
  const window = promDuration(Duration.seconds(settings.window));
  const of = (hash: string) => ({ selector: `namespace="${namespace ?? '{{args.namespace}}'}",${HASH_LABEL}="${hash}"`, window });
  return { metrics, canary: of(CANARY_HASH), stable: of(STABLE_HASH), canaryAddress };
}
