import * as fc from 'fast-check';
import { MetricQuery, MetricUnit } from '../../src';
import { parsePromql } from '../../src/private/promql/parse';

function usesOf(expr: string): { [metricName: string]: string[] } {
  const { uses } = MetricQuery.promql({ expr, title: 'a number' });
  return Object.fromEntries(uses.map((use) => [use.metricName, use.labelNames]));
}

test('a query keeps expression, title and unit', () => {
  const query = MetricQuery.promql({ expr: 'up', title: 'pods that answer', unit: MetricUnit.RATIO });

  expect([query.expr, query.title, query.unit]).toEqual(['up', 'pods that answer', 'percentunit']);
  expect(MetricQuery.promql({ expr: 'up', title: 'pods that answer' }).unit).toBe('none');
});

describe('metrics', () => {
  test.each(['a', 'a{}', '{__name__="a"}', '{"a"}', '{`a`}', "{'\\a'}", '-(a offset 5m)', '-a offset 5m', 'rate(a[5m:1m] @ end())', 'rate(a[5m] offset 1h anchored)', 'rate(a[5m] smoothed)', 'max_over_time(rate(a[1m])[1h:])', '# who\n a # what'])('%s selects a', (expr) => {
    expect(usesOf(expr)).toEqual({ a: [] });
  });

  test('one metric that is selected twice is one, with the labels of both', () => {
    expect(usesOf('a{x="1"} / {"a", y=~"2"}')).toEqual({ a: ['x', 'y'] });
  });

  test('metrics are sorted by name', () => {
    expect(MetricQuery.promql({ expr: 'b + a + c', title: 'sum' }).uses.map((use) => use.metricName)).toEqual(['a', 'b', 'c']);
  });

  test('a selector that names no metric stands for itself, value by value', () => {
    expect(usesOf('count({__name__=~"http_.*", code="500"})')).toEqual({ '{__name__=~"http_.*", code="500"}': ['code'] });
    expect(usesOf('count({__name__=~"http_.*", code="404"})')).toEqual({ '{__name__=~"http_.*", code="404"}': ['code'] });
  });

  test('two queries that differ in the metric that a text names are not one', () => {
    expect(usesOf('{__name__="a"}')).toEqual({ a: [] });
    expect(usesOf('{__name__="b"}')).toEqual({ b: [] });
    expect(usesOf('{"c"}')).toEqual({ c: [] });
  });

  test('numbers select nothing', () => {
    expect(usesOf('1 + time() > bool vector(3)')).toEqual({});
  });
});

describe('labels', () => {
  test.each<[string, string, { [metricName: string]: string[] }]>([
    ['filters', 'a{x="1", y!="2", "z.z"=~"3"}', { a: ['x', 'y', 'z.z'] }],
    ['quotes of any kind', "a{x='}', y=`{`}", { a: ['x', 'y'] }],
    ['by', 'sum by (x, "y") (rate(a[5m]))', { a: ['x', 'y'] }],
    ['by, written behind', 'sum(rate(a[5m])) by (x)', { a: ['x'] }],
    ['by, through functions and operators', 'sum by (x) (abs(rate(a[5m]) * 2 + -b))', { a: ['x'], b: ['x'] }],
    ['by, not through an aggregation that keeps less', 'sum by (x) (sum by (x, y) (a))', { a: ['x', 'y'] }],
    ['without, which takes away', 'sum without (x) (a)', { a: [] }],
    ['what is asked for above a without', 'sum by (y) (sum without (x) (a))', { a: ['y'] }],
    ['topk, which keeps every label', 'sum by (x) (topk(3, a) by (y))', { a: ['x', 'y'] }],
    ['topk without, which keeps every label', 'sum by (x) (topk(3, a) without (y))', { a: ['x'] }],
    ['count_values, which makes a label', 'sum by (version, x) (count_values by (x, version) ("version", a))', { a: ['x'] }],
    ['on', 'a / on (x) b', { a: ['x'], b: ['x'] }],
    ['ignoring, which needs none', 'a / ignoring (code) b', { a: [], b: [] }],
    ['what is asked for above ignoring', 'sum by (x, code) (a / ignoring (code) b)', { a: ['x'], b: ['x'] }],
    ['what is asked for above an operator', 'sum by (x) (a / b)', { a: ['x'], b: ['x'] }],
    ['on, which keeps no more than it joins on', 'sum by (x, z) (a / on (x) b)', { a: ['x'], b: ['x'] }],
    ['group_left', 'sum by (node, z) (a * on (pod) group_left (node) b)', { a: ['pod', 'z'], b: ['node', 'pod'] }],
    ['group_right', 'sum by (node, z) (b * on (pod) group_right (node) a)', { a: ['pod', 'z'], b: ['node', 'pod'] }],
    ['group_left after ignoring', 'sum by (x, node) (a * ignoring (node) group_left (node) b)', { a: ['x'], b: ['node', 'x'] }],
    ['and, which keeps the left side', 'sum by (z) (a and on (x) b)', { a: ['x', 'z'], b: ['x'] }],
    ['unless without labels', 'sum by (z) (a unless b)', { a: ['z'], b: ['z'] }],
    ['or, which keeps both sides', 'sum by (z) (a or on (x) b)', { a: ['x', 'z'], b: ['x', 'z'] }],
    ['label_replace', 'sum by (node, z) (label_replace(a, "node", "$1", "instance", "(.*):.*"))', { a: ['instance', 'z'] }],
    ['label_replace from nothing', 'sum by (team) (label_replace(a, "team", "risk", "", ""))', { a: [] }],
    ['label_join', 'sum by (id) (label_join(a, "id", "/", "namespace", "pod"))', { a: ['namespace', 'pod'] }],
    ['sort_by_label', 'sort_by_label(a, "x", "y")', { a: ['x', 'y'] }],
    ['histogram_quantile of classic buckets', 'histogram_quantile(0.9, rate(a_bucket[5m]))', { a_bucket: ['le'] }],
    ['histogram_quantile of a native histogram', 'sum by (x) (histogram_quantile(0.9, rate(a[5m])))', { a: ['x'] }],
    ['histogram_quantile of one metric twice', 'a_bucket{x="1"} + histogram_quantile(0.9, a_bucket)', { a_bucket: ['le', 'x'] }],
    ['histogram_quantiles', 'sum by (q, x) (histogram_quantiles(rate(a_bucket[5m]), "q", 0.5, 0.9))', { a_bucket: ['le', 'x'] }],
    ['scalar, which has no labels', 'sum by (x) (a * scalar(b{y="1"}))', { a: ['x'], b: ['y'] }],
    ['absent, whose labels come from its filters', 'sum by (x) (absent(a{x="1"}) or absent_over_time(b[5m]))', { a: ['x'], b: [] }],
    ['info', 'sum by (k8s_cluster) (info(a, {k8s_cluster=~".+"}))', { a: ['instance', 'job'], target_info: ['instance', 'job', 'k8s_cluster'] }],
    ['info of another metric', 'info(a, {__name__="build_info"})', { a: ['instance', 'job'], build_info: ['instance', 'job'] }],
    ['info of everything', 'info(a)', { a: ['instance', 'job'] }],
    ['the name, which is no label', 'count by (__name__, x) (a)', { a: ['x'] }],
  ])('%s', (_what, expr, uses) => {
    expect(usesOf(expr)).toEqual(uses);
  });
});

describe('types', () => {
  test.each([
    'topk(3, a) / quantile(0.9, a) * count_values("v", a)', 'rate(a[5m]) / b offset 5m', 'a > bool 3 or 1 > bool 2 * a', '1 > bool 2', 'a - 1', '1 - 2',
    'round(a)', 'round(a, 0.5)', 'hour() + hour(a)', 'label_join(a, "x", "-")', 'label_join(a, "x", "-", "y", "z")', 'sort_by_label(a, "x", "y", "z")',
    'label_replace(a, "x", "$1", "y", "(.*)")', 'predict_linear(a[1h], 3600) + double_exponential_smoothing(a[1h], 0.5, 0.5) + quantile_over_time(0.9, a[1h])',
    'histogram_fraction(0, 0.2, rate(a[5m])) + histogram_avg(a) + clamp(a, 0, 1) + clamp_max(a, 1)', 'vector(time()) + pi() + vector(scalar(a))',
    'max_over_time((a + b)[1h:5m]) + min_over_time(sum(a)[1h:])', 'a / on (x) group_left (y) b', 'a and on (x) b', 'a + on () 3', 'info(a, {x=~".*"})', '{x=~"(?i)a"}',
    '{x=~".+"}', '{x!=""}', '{x!~""}',
  ])('%s is what Prometheus accepts', (expr) => {
    expect(MetricQuery.promql({ expr, title: 'a number' }).expr).toBe(expr);
  });

  test.each([
    ['rate(a)', 'series where rate() takes a range of samples at position 6'],
    ['sum(a[5m])', 'a range of samples where sum() takes series at position 5'],
    ['a[5m]', 'a range of samples where a number or series belong at position 1'],
    ['"a"', 'text where a number or series belong at position 1'],
    ['rate(sum(a)[5m])', 'a range of what is computed, which is a subquery and written with a colon, such as [5m:], at position 6'],
    ['rate((a)[5m])', 'a range of what is computed, which is a subquery and written with a colon, such as [5m:], at position 6'],
    ['rate(a[5m]) offset 1h', "'offset' or '@' behind what is computed; it belongs behind the selector, at position 1"],
    ['max_over_time(1[1h:])', 'a subquery of a number at position 15'],
    ['-(a[5m])', 'a sign before a range of samples at position 1'],
    ['-"a"', 'a sign before text at position 1'],
    ['topk(a)', '1 argument where topk() takes 2 at position 1'],
    ['topk(a, b)', 'series where topk() takes a number at position 6'],
    ['count_values(5, a)', 'a number where count_values() takes text at position 14'],
    ['sum(1)', 'a number where sum() takes series at position 5'],
    ['floor()', '0 arguments where floor() takes 1 at position 1'],
    ['round(a, 1, 2)', '3 arguments where round() takes 1 or 2 at position 1'],
    ['label_join(a)', '1 argument where label_join() takes at least 3 at position 1'],
    ['sort_by_label(a, 1)', 'a number where sort_by_label() takes text at position 18'],
    ['a + b[5m]', 'a range of samples where a number or series belong at position 1'],
    ['a + "b"', "text beside '+' at position 5"],
    ['a + rate(b)', 'series where rate() takes a range of samples at position 10'],
    ['1 == 1', "two numbers compared without 'bool' behind '==' at position 1"],
    ['a + bool b', "'bool' behind '+', which compares nothing, at position 1"],
    ['a or 1', "a number beside 'or' at position 1"],
    ['a == on (x) 1', "labels to join a number by, beside '==', at position 1"],
    ['a and on (x) group_left (y) b', "'group_left' beside 'and', which joins many to many, at position 1"],
    ['a * on (x) group_right (x) b', "the label 'x' both joined on and copied at position 1"],
    ['info(a, b)', 'something else where info() takes labels in braces at position 9'],
    ['info(a, {x="1"} == 1)', 'something else where info() takes labels in braces at position 9'],
    ['info(1, {x="1"})', 'a number where info() takes series at position 6'],
    ['{x=""}', 'a selector that selects everything at position 1'],
    ['{x=~".*", y!~".+", z!="v"}', 'a selector that selects everything at position 1'],
  ])('%s is refused as Prometheus refuses it', (expr, problem) => {
    expect(() => MetricQuery.promql({ expr, title: 'a number' })).toThrow(`must be PromQL, got ${problem}, in `);
  });
});

describe('variables of Grafana', () => {
  const query = MetricQuery.promql({ expr: 'rate(a{m="$model_x"}[$__rate_interval]) + rate(a[${__range}]) * $__interval_ms', title: 'rate' });

  test('are read as durations and numbers', () => {
    expect(query.uses).toEqual([{ metricName: 'a', labelNames: ['m'] }]);
    expect(query.hasGrafanaVariables).toBe(true);
  });

  test('give way to a window where there is no Grafana', () => {
    const rule = query.over('10m');

    expect(rule.expr).toBe('rate(a{m="$model_x"}[10m]) + rate(a[10m]) * 60000');
    expect(rule.title).toBe('rate');
    expect(rule.hasGrafanaVariables).toBe(false);
  });
});

describe('whatever is generated', () => {
  const name = fc.constantFrom('a', 'b_total', 'c:d:rate5m', 'sum', 'by', 'on');
  const label = fc.constantFrom('x', 'y', 'namespace', 'le', 'by', 'ignoring');
  const value = fc.string().map((text) => JSON.stringify(text.replace(/[\u0000-\u001f\u007f-\uffff]/g, '')));
  const matchers = fc.uniqueArray(fc.tuple(label, fc.constantFrom('=', '!=', '=~', '!~'), value), { selector: ([first]) => first, maxLength: 3 });

  test('the labels of a selector are those of its matchers, whatever the values', () => {
    fc.assert(fc.property(name, matchers, (metricName, filters) => {
      const expr = `{${[`__name__="${metricName}"`, ...filters.map((filter) => filter.join(''))].join(', ')}}`;

      expect(usesOf(expr)).toEqual({ [metricName]: filters.map(([first]) => first).sort() });
    }));
  });

  test('an aggregation asks for its labels and for nothing that is asked for above it', () => {
    fc.assert(fc.property(fc.uniqueArray(label), fc.uniqueArray(label), matchers, (outer, inner, filters) => {
      const selector = `m{${filters.map((filter) => filter.join('')).join(',')}}`;
      const expr = `max by (${outer.join(',')}) (sum by (${inner.join(',')}) (rate(${selector}[5m])))`;
      const expected = new Set([...inner, ...filters.map(([first]) => first)]);

      expect(usesOf(expr)).toEqual({ m: [...expected].sort() });
    }));
  });

  test('a query that lacks its last bracket is refused', () => {
    fc.assert(fc.property(name, matchers, (metricName, filters) => {
      const expr = `sum(rate({${[`"${metricName}"`, ...filters.map((filter) => filter.join(''))].join(',')}}[5m])`;

      expect(() => usesOf(expr)).toThrow('unexpected end at position');
    }));
  });
});

test('what a query needs does not depend on how many were asked before', () => {
  const first = usesOf('sum by (x) (first)');
  for (let i = 0; i < 2100; i++) {
    MetricQuery.promql({ expr: `metric_${i}`, title: 'a number' });
  }

  expect(usesOf('sum by (x) (first)')).toEqual(first);
});

test('forty thousand queries about a thousand models are read in less than a third of the time that parsing them takes', () => {
  const question = (label: number, model: number) => `sum by (l${label}) (rate(a{model="fraud-${model}"}[5m])) / sum(rate(b{model="fraud-${model}"}[5m]))`;
  const parsing = timeOf(() => {
    for (let i = 0; i < 1000; i++) {parsePromql(question(i % 40, i));}
  });

  const reading = timeOf(() => {
    for (let i = 0; i < 40_000; i++) {MetricQuery.promql({ expr: question(i % 40, i % 1000), title: 'ratio' });}
  });

  expect(reading).toBeLessThan(40 * parsing * 0.3);
});

function timeOf(action: () => void): number {
  const started = performance.now();
  action();
  return performance.now() - started;
}
