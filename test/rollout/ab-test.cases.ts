import { App, Chart, Duration } from 'cdk8s';
import {
  AbMetric, AbSplit, AbTest, AbTestProps, AbVariant, Guardrail, MetricsBackend, MetricType, ModelServing, PlatformProfile, TrafficRouter,
} from '../../src';
import { ErrorCase } from '../support/error-case';
import { aPlatform, servingProps } from '../support/fixtures';

const counter = (name: string) => ({ name, type: MetricType.COUNTER, labels: ['variant'] });
const share = { successes: counter('orders_total'), trials: counter('visits_total'), variantLabel: 'variant', baseline: 0.04, effect: 0.01 };
const mean = { sum: counter('basket_sum'), count: counter('basket_count'), variantLabel: 'variant', standardDeviation: 20, effect: 2 };

const test = (overrides: Partial<AbTestProps>, change = (variants: AbVariant[]) => variants) => () => {
  const chart = new Chart(new App(), 'test', { namespace: 'shop' });
  const variants = ['ranker', 'ranker-next'].map((serviceName, i) => ({
    variantName: i === 0 ? 'control' : 'next', serving: new ModelServing(chart, `Serving${i}`, servingProps({ serviceName, watchedAs: serviceName })),
  }));
  return new AbTest(chart, 'Test', {
    variants: change(variants),
    router: TrafficRouter.istio(),
    split: AbSplit.header('x-variant'),
    metric: AbMetric.proportion(share),
    start: '2027-01-04',
    trialsPerDay: 1000,
    owner: servingProps().owner,
    platform: aPlatform(),
    ...overrides,
  });
};

export const cases: ErrorCase[] = [
  {
    id: 'ab-test/router-without-headers',
    when: 'headers where the number of pods routes',
    provoke: test({ router: TrafficRouter.replicas() }),
    message: '[test/Test] the number of pods cannot tell callers apart by a header; use TrafficRouter.istio(), TrafficRouter.gatewayApi() or a route of InferenceGateway (ab-test/router-without-headers)',
  },
  {
    id: 'ab-test/router-without-cookies',
    when: 'cookies that nobody sets',
    provoke: test({ router: TrafficRouter.gatewayApi({ callersInMesh: true }), split: AbSplit.sticky('ab') }),
    message: '[test/Test] Gateway API sets no cookie for a share of the requests; use AbSplit.header(), or Istio (ab-test/router-without-cookies)',
  },
  {
    id: 'ab-test/no-treatment',
    when: 'a test of one variant',
    provoke: test({}, ([control]) => [control]),
    message: "[test/Test] 'variants' must be a control and at least one treatment, got control (ab-test/no-treatment)",
  },
  {
    id: 'ab-test/malformed-variant',
    when: 'a variant that no label can name',
    provoke: test({}, ([control, next]) => [control, { ...next, variantName: 'Next one' }]),
    message: "[test/Test] 'variantName' must be at most 32 lower-case letters, digits and '-', each name once, got 'Next one' (ab-test/malformed-variant)",
  },
  {
    id: 'ab-test/one-service',
    when: 'two variants behind one Service',
    provoke: test({}, ([control, next]) => [control, { ...next, serving: control.serving }]),
    message: "[test/Test] 'variants' must stand behind a Service each, got ranker, ranker (ab-test/one-service)",
  },
  {
    id: 'ab-test/watched-as-one',
    when: 'guardrails that would compare a variant with itself',
    provoke: test({ guardrails: [Guardrail.errorRatioComparedWithStable(0.01)] }, (variants) => variants.map((variant) => ({
      ...variant, serving: ModelServing.fromServingAttributes(variant.serving, 'Known', { ...variant.serving, modelName: 'ranking' }),
    }))),
    message: "[test/Test] 'variants' must be watched under a name each where guardrails compare them, got ranking, ranking; "
      + "give their servings a 'watchedAs' (ab-test/watched-as-one)",
  },
  {
    id: 'ab-test/percent-sum',
    when: 'shares that do not add up',
    provoke: test({}, (variants) => variants.map((variant) => ({ ...variant, percent: 60 }))),
    message: "[test/Test] 'percent' of the variants must be whole numbers above 0 that add up to 100, got 60 + 60 = 120 (ab-test/percent-sum)",
  },
  {
    id: 'ab-test/malformed-power',
    when: 'certainty in percent',
    provoke: test({ power: 80 }),
    message: "[test/Test] 'significance' must be between 0 and 0.5 and 'power' between 0.5 and 1, got 0.05 and 80 (ab-test/malformed-power)",
  },
  {
    id: 'ab-test/no-trials',
    when: 'a test of nobody',
    provoke: test({ trialsPerDay: 0 }),
    message: "[test/Test] 'trialsPerDay' must be above zero, got 0; without trials no effect shows (ab-test/no-trials)",
  },
  {
    id: 'ab-test/too-long',
    when: 'an effect that takes years to show',
    provoke: test({ trialsPerDay: 10 }),
    message: '[test/Test] the effect takes 1351 days to show (6745 trials of each variant), longer than 84; look for a larger effect, or show it to more people (ab-test/too-long)',
  },
  {
    id: 'ab-test/no-metrics',
    when: 'a test without numbers',
    provoke: test({ platform: PlatformProfile.of({ metrics: MetricsBackend.none('a laptop') }) }),
    message: '[test/Test] a test is decided by numbers from Prometheus, but the platform profile has none; give it a metrics backend (ab-test/no-metrics)',
  },
  {
    id: 'ab-test/guardrail-without-query',
    when: 'a guardrail that no alert can ask',
    provoke: test({ guardrails: [Guardrail.webReturns('probe', { url: 'http://probe/health', jsonPath: '{$.ok}', condition: '== true' })] }),
    message: "[test/Test] guardrail 'probe' asks something else than Prometheus, which no alert can; use one with a query (ab-test/guardrail-without-query)",
  },
  {
    id: 'ab-test/malformed-baseline',
    when: 'a share in percent',
    provoke: () => AbMetric.proportion({ ...share, baseline: 4 }),
    message: "'baseline' must be between 0 and 1, got 4; it is a share (ab-test/malformed-baseline)",
  },
  {
    id: 'ab-test/malformed-effect',
    when: 'an effect beyond all trials',
    provoke: () => AbMetric.proportion({ ...share, effect: 1 }),
    message: "'effect' must lead from 0.04 to another share between 0 and 1, got 1; 0.01 is one percentage point (ab-test/malformed-effect)",
  },
  {
    id: 'ab-test/malformed-effect',
    when: 'no effect on a mean',
    provoke: () => AbMetric.mean({ ...mean, effect: 0 }),
    message: "'effect' must be a difference that is worth knowing, got 0 (ab-test/malformed-effect)",
  },
  {
    id: 'ab-test/malformed-deviation',
    when: 'values that do not differ',
    provoke: () => AbMetric.mean({ ...mean, standardDeviation: 0 }),
    message: "'standardDeviation' must be above zero, got 0 (ab-test/malformed-deviation)",
  },
  {
    id: 'ab-test/malformed-header',
    when: 'a header that HTTP does not allow',
    provoke: () => AbSplit.header('x variant'),
    message: "'headerName' must be letters, digits and '-', got 'x variant' (ab-test/malformed-header)",
  },
  {
    id: 'ab-test/malformed-cookie',
    when: 'a cookie that HTTP does not allow',
    provoke: () => AbSplit.sticky('ab=1'),
    message: "'cookieName' must be letters, digits, '-' and '_', got 'ab=1' (ab-test/malformed-cookie)",
  },
  {
    id: 'ab-test/forgetful-cookie',
    when: 'a cookie that is forgotten at once',
    provoke: () => AbSplit.sticky('ab', Duration.seconds(0)),
    message: "'remembersFor' must be longer than the test, got 0s; who changes the variant in between belongs to neither (ab-test/forgetful-cookie)",
  },
];
