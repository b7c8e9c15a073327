import { ApiObject, Chart, Duration, Names } from 'cdk8s';
import { Construct } from 'constructs';
import { AbMetric, Period } from './ab-metric';
import { AbSplit } from './ab-split';
import { judgedQuery } from './analysis-metrics';
import { settingsOf } from './analysis-settings';
import { IGuardrail } from './guardrail';
import { checkGuardrails } from './guardrail-problems';
import { Owner } from '../core/owner';
import { PlatformProfile } from '../core/platform-profile';
import { labelsOf } from '../core/pods/labels';
import { dayAfter, secondsOfDay } from '../private/calendar';
import { factsOf } from '../private/facts';
import { InputProblems } from '../private/input-error';
import { AnalysisTemplate } from '../private/l1/argoproj-rollouts';
import { PrometheusRule } from '../private/l1/monitoring-coreos-com';
import { MODEL_LABEL } from '../private/series-labels';
import { normalQuantile } from '../private/statistics';
import { IModelServing } from '../serving/serving';
import { ITrafficRouter } from '../serving/traffic-router';

/** One of the models that are compared. */
export interface AbVariant {
  /** Name: value of the header or cookie, and of the label in the metric. Lower-case letters, digits and `-`. */
  readonly variantName: string;
  /** The model. Each variant is a serving of its own, behind a Service of its own. */
  readonly serving: IModelServing;
  /**
   * Share of those who have no variant yet, in whole percent.
   *
   * @default - as many for each
   */
  readonly percent?: number;
}

/** Properties of `AbTest`. */
export interface AbTestProps {
  /** The variants. The first one is the control: who belongs to none gets it. */
  readonly variants: AbVariant[];
  /** Who splits requests. */
  readonly router: ITrafficRouter;
  /** Who gets which variant. */
  readonly split: AbSplit;
  /** The number that decides. */
  readonly metric: AbMetric;
  /** First day, such as `2027-01-04`. */
  readonly start: string;
  /** Trials that all variants together have in a day. */
  readonly trialsPerDay: number;
  /** Who answers its alerts, and decides. */
  readonly owner: Owner;
  /** What the cluster has. */
  readonly platform: PlatformProfile;
  /**
   * Probability to see an effect where there is none. Shared out where there are several treatments.
   *
   * @default 0.05
   */
  readonly significance?: number;
  /**
   * Probability to see the effect where there is one.
   *
   * @default 0.8
   */
  readonly power?: number;
  /**
   * What every treatment must meet all the time, beside the control, which takes the place of the stable version. A breach, where enough requests
   * stand behind it, is an alert that pages.
   *
   * @default - none, and a treatment that hurts runs until the end
   */
  readonly guardrails?: IGuardrail[];
}

const DAYS_OF_A_WEEK = 7;
const LONGEST = 12 * DAYS_OF_A_WEEK;

/**
 * Two or more models before different people, for as long as the wanted effect takes to show. The end is computed before the beginning, and nothing
 * answers who has won until then: whoever looks every day finds a winner that chance made.
 *
 * @see https://www.evanmiller.org/how-not-to-run-an-ab-test.html
 */
export class AbTest extends Construct {
  /** Trials that each variant needs. */
  public readonly trialsPerVariant: number;
  /** Whole weeks, in days: people are others on Sundays. */
  public readonly days: number;
  /** The day after the last one. */
  public readonly end: string;
  /**
   * Name of the AnalysisTemplate that decides, once the test is over. It needs no arguments. Each treatment is a metric of its AnalysisRun:
   * Successful is better by more than chance explains, Failed is not, Inconclusive is too early, or too little to say.
   */
  public readonly decisionTemplate: string;

  /**
   * @throws if the router cannot split as it is asked, shares do not add up, or the effect takes too long to show
   */
  public constructor(scope: Construct, id: string, props: AbTestProps) {
    super(scope, id);
    const { variants, metric, start, router, split, platform, owner } = props;
    const shares = sharesOf(variants);
    const treatments = Math.max(1, variants.length - 1);
    const significance = (props.significance ?? 0.05) / treatments;
    const problems = new InputProblems();
    findProblems(problems, props, shares);
    problems.throwAt(scope, id);

    this.trialsPerVariant = metric._trials({ significance, power: props.power ?? 0.8 });
    const needed = Math.ceil(100 * this.trialsPerVariant / (Math.min(...shares) * props.trialsPerDay));
    this.days = DAYS_OF_A_WEEK * Math.ceil(needed / DAYS_OF_A_WEEK);
    if (this.days > LONGEST) {
      problems.add('ab-test/too-long',
        `the effect takes ${this.days} days to show (${this.trialsPerVariant} trials of each variant), longer than ${LONGEST}; look for a larger effect, or show it to more people`);
      problems.throwAt(scope, id);
    }
    this.end = dayAfter('start', start, this.days);

    router.splitter!.split(this, {
      variants: variants.map(({ variantName, serving }, i) => ({
        variantName, serviceName: serving.serviceName, port: serving.servicePort, podLabels: serving.podLabels, percent: shares[i],
      })),
      key: split.key,
      remembersFor: split.remembersFor.toSeconds(),
    });
    const period: Period = { days: this.days, end: secondsOfDay('end', this.end) };
    this.decisionTemplate = new AnalysisTemplate(this, 'Decision', {
      spec: { metrics: this.decisions(props, period, normalQuantile(1 - significance / 2)) },
    }).name;
    new PrometheusRule(this, 'Alerts', {
      metadata: { labels: platform.metrics.selectorLabels },
      spec: { groups: [{ name: `${this.node.path.replace(/\//g, '-')}: test`, rules: [this.ended(props, period), ...this.breaches(props)] }] },
    });
    const labels = labelsOf({ name: Names.toLabelValue(this, { maxLen: 63, includeHash: false }), component: 'ab-test', owner, platform });
    for (const object of this.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node))) {
      Object.entries(labels).forEach(([key, value]) => object.metadata.addLabel(key, value));
    }
    factsOf(this).notes.push(`${variants.map(({ variantName }) => variantName).join(', ')}: each needs ${this.trialsPerVariant} trials, so the test that begins on `
      + `${start} ends on ${this.end}. Nothing says who has won before that. Then ${owner.team} makes an AnalysisRun of '${this.decisionTemplate}'. `
      + `Prometheus has to keep its numbers for ${this.days} days.`);
  }

  /** One look, after the end, at as many trials as were planned. An answer is empty before, and an empty answer decides nothing. */
  private decisions({ variants: [control, ...treatments], metric, platform }: AbTestProps, period: Period, critical: number): any[] {
    return treatments.map(({ variantName }) => {
      const enough = [control.variantName, variantName].map((name) => `${metric._count(name, period)} >= ${this.trialsPerVariant}`);
      const query = `(${metric._score(variantName, control.variantName, period).expr}) and on () (${enough[0]}) and on () (${enough[1]}) `
        + `and on () (vector(time()) >= ${period.end})`;
      const isThere = 'len(result) > 0 && !isNaN(result[0])';
      const won = `result[0] > ${critical.toFixed(4)}`;
      return {
        name: variantName,
        count: 1,
        successCondition: `${isThere} && ${won}`,
        failureCondition: `${isThere} && !(${won})`,
        provider: { prometheus: { address: platform.metrics.url, query, timeout: 60, headers: headersOf(platform) } },
      };
    });
  }

  private ended(props: AbTestProps, { end }: Period): any {
    return this.alert(props, 'AbTestEnded', 'ticket', `vector(time()) >= ${end}`,
      `the test ended on ${this.end}: make an AnalysisRun of '${this.decisionTemplate}', and remove the test`, Duration.minutes(5));
  }

  private breaches(props: AbTestProps): any[] {
    const { variants: [control, ...treatments], guardrails = [] } = props;
    return treatments.flatMap(({ variantName, serving }) => guardrails.map((guardrail) => {
      const subject = subjectOf(serving, control.serving);
      const check = guardrail.check(subject);
      return this.alert(props, 'AbTestGuardrailBroken', 'page', `(${judgedQuery(check, { subject, options: settingsOf() })}) ${inverse(check.condition!)}`,
        `${variantName} breaks the guardrail '${guardrail.guardrailName}': stop the test`, Duration.minutes(10), { variant: variantName, guardrail: guardrail.guardrailName });
    }));
  }

  private alert(props: AbTestProps, alert: string, severity: string, expr: string, summary: string, holdsFor: Duration, labels = {}): any {
    const { owner, variants: [control] } = props;
    const { namespace } = Chart.of(this);
    return {
      alert,
      expr,
      for: `${holdsFor.toMinutes()}m`,
      labels: { ...namespace === undefined ? {} : { namespace }, model: control.serving.modelName, ...labels, owner: owner.team, severity },
      annotations: { summary, runbook_url: owner.runbookUrl, ...owner.contact === undefined ? {} : { contact: owner.contact } },
    };
  }
}

function sharesOf(variants: AbVariant[]): number[] {
  if (variants.some(({ percent }) => percent !== undefined)) {return variants.map(({ percent }) => percent ?? 0);}
  const each = Math.floor(100 / Math.max(1, variants.length));
  return variants.map((_, i) => (i === 0 ? 100 - each * (variants.length - 1) : each));
}

function subjectOf(treatment: IModelServing, control: IModelServing): any {
  const of = ({ servingNamespace, modelName }: IModelServing) => ({
    selector: `${servingNamespace === '' ? '' : `namespace="${servingNamespace}",`}${MODEL_LABEL}="${modelName}"`, window: '5m',
  });
  return { metrics: treatment.metrics, canary: of(treatment), stable: of(control) };
}

const INVERSE: { [operator: string]: string } = { '<': '>=', '<=': '>', '>': '<=', '>=': '<', '==': '!=', '!=': '==' };

function inverse(condition: string): string {
  const [operator, ...rest] = condition.split(' ');
  return [INVERSE[operator], ...rest].join(' ');
}

function headersOf({ metrics }: PlatformProfile): any {
  const headers = Object.entries(metrics.headers).map(([key, value]) => ({ key, value }));
  return headers.length > 0 ? headers : undefined;
}

function findProblems(problems: InputProblems, props: AbTestProps, shares: number[]): void {
  const { variants, router, split, platform, trialsPerDay, significance = 0.05, power = 0.8, guardrails = [], start } = props;
  const names = variants.map(({ variantName }) => variantName);
  const bySticky = split.remembersFor.toSeconds() > 0;
  if (!router.splitter) {
    problems.add('ab-test/router-without-headers',
      `${router.routerName} cannot tell callers apart by ${bySticky ? 'a cookie' : 'a header'}; use TrafficRouter.istio(), TrafficRouter.gatewayApi() or a route of InferenceGateway`);
  } else if (bySticky && !router.splitter.canRemember) {
    problems.add('ab-test/router-without-cookies', `${router.routerName} sets no cookie for a share of the requests; use AbSplit.header(), or Istio`);
  }
  if (variants.length < 2) {
    problems.add('ab-test/no-treatment', `'variants' must be a control and at least one treatment, got ${names.join(', ') || 'none'}`);
  }
  for (const name of names.filter((candidate, i) => !/^[a-z]([-a-z0-9]{0,30}[a-z0-9])?$/.test(candidate) || names.indexOf(candidate) !== i)) {
    problems.add('ab-test/malformed-variant', `'variantName' must be at most 32 lower-case letters, digits and '-', each name once, got '${name}'`);
  }
  const services = variants.map(({ serving }) => `${serving.servingNamespace}/${serving.serviceName}`);
  if (new Set(services).size < services.length) {
    problems.add('ab-test/one-service', `'variants' must stand behind a Service each, got ${variants.map(({ serving }) => serving.serviceName).join(', ')}`);
  }
  const watched = variants.map(({ serving }) => `${serving.servingNamespace}/${serving.modelName}`);
  if (guardrails.length > 0 && new Set(watched).size < watched.length) {
    problems.add('ab-test/watched-as-one',
      `'variants' must be watched under a name each where guardrails compare them, got ${variants.map(({ serving }) => serving.modelName).join(', ')}; `
      + "give their servings a 'watchedAs'");
  }
  const sum = shares.reduce((total, share) => total + share, 0);
  if (sum !== 100 || shares.some((share) => !Number.isInteger(share) || share < 1)) {
    problems.add('ab-test/percent-sum', `'percent' of the variants must be whole numbers above 0 that add up to 100, got ${shares.join(' + ')} = ${sum}`);
  }
  if (!(significance > 0 && significance < 0.5) || !(power > 0.5 && power < 1)) {
    problems.add('ab-test/malformed-power', `'significance' must be between 0 and 0.5 and 'power' between 0.5 and 1, got ${significance} and ${power}`);
  }
  if (!(trialsPerDay > 0)) {
    problems.add('ab-test/no-trials', `'trialsPerDay' must be above zero, got ${trialsPerDay}; without trials no effect shows`);
  }
  if (!platform.metrics.isAvailable) {
    problems.add('ab-test/no-metrics', 'a test is decided by numbers from Prometheus, but the platform profile has none; give it a metrics backend');
  }
  problems.attempt(() => secondsOfDay('start', start));
  if (variants.length > 1) {
    const [{ serving: control }, { serving: treatment }] = variants;
    const asked = checkGuardrails(problems, { guardrails, dryRun: [], subject: subjectOf(treatment, control), endless: true });
    for (const { guardrail } of asked.filter(({ check }) => !check.query || !check.condition)) {
      problems.add('ab-test/guardrail-without-query', `guardrail '${guardrail.guardrailName}' asks something else than Prometheus, which no alert can; use one with a query`);
    }
  }
}
