import { Api } from './api';
import { API_RULES } from './api-rules';
import { ApiType, installedAssembly, Member, Parameter } from './assembly';

/** Each rule is shown a small assembly that breaks it, beside one that does not. */
const builtOn = ['constructs', 'cdk8s', 'cdk8s-plus-28'].map(installedAssembly);
const docs = { summary: 'Something.' };
const text = { primitive: 'string' };
const scope: Parameter = { name: 'scope', type: { fqn: 'constructs.Construct' } };
const id: Parameter = { name: 'id', type: text };
const props: Parameter = { name: 'props', type: { fqn: 'lib.GateProps' } };
const required: Member = { name: 'model', docs, type: text };
const optional: Member = { name: 'model', docs: { ...docs, default: '- none' }, type: text, optional: true };

function typed(name: string, kind: string, rest: Partial<ApiType> = {}): ApiType {
  return { name, fqn: `lib.${name}`, kind, docs, ...rest };
}

function struct(name: string, ...properties: Member[]): ApiType {
  return typed(name, 'interface', { datatype: true, properties });
}

function gate(rest: Partial<ApiType> = {}): ApiType {
  return typed('Gate', 'class', { base: 'constructs.Construct', initializer: { parameters: [scope, id, props] }, ...rest });
}

function violations(rule: string, ...types: ApiType[]): string[] {
  const assembly = { name: 'lib', types: Object.fromEntries(types.map((type) => [type.fqn, type])) };
  return API_RULES[rule].violations(new Api(assembly, builtOn));
}

describe('summaries', () => {
  test('are missed on types, properties, methods and enum members', () => {
    const bare: Member = { name: 'bare' };

    expect(violations('summaries', typed('Gate', 'class', { docs: {}, properties: [bare], methods: [{ name: 'open', docs }] })))
      .toEqual(['Gate', 'Gate.bare']);
    expect(violations('summaries', typed('Gate', 'class', { methods: [bare] }))).toEqual(['Gate.bare']);
    expect(violations('summaries', typed('Kind', 'enum', { members: [bare, { name: 'OPEN', docs }] }))).toEqual(['Kind.bare']);
  });

  test('are inherited by overrides', () => {
    expect(violations('summaries', gate({ methods: [{ name: 'toString', overrides: 'constructs.Construct' }] }))).toEqual([]);
  });
});

test('a summary that is cut at a semicolon is refused on types, members and parameters', () => {
  const cut = { docs: { summary: 'Worth knowing;' } };

  expect(violations('wholeSummaries', typed('Gate', 'class', cut))).toEqual(['Gate']);
  expect(violations('wholeSummaries', struct('GateProps', { ...required, ...cut }))).toEqual(['GateProps.model']);
  expect(violations('wholeSummaries', gate({ methods: [{ name: 'open', docs, parameters: [{ ...id, ...cut }] }] }))).toEqual(['Gate.open(id)']);
  expect(violations('wholeSummaries', gate(), struct('GateProps', required))).toEqual([]);
});

describe('defaults', () => {
  const withDefault = (text_?: string) => struct('GateProps', { ...optional, docs: { ...docs, default: text_ } });

  test.each(['2', 'Duration.minutes(30)', "'release record'", '- 5, 25 and 50 percent', '[5, 25, 50]', '- `champion`'])('%s is one', (value) => {
    expect(violations('defaults', withDefault(value))).toEqual([]);
  });

  test.each(['undefined', '- undefined', '1 must be 1 for liveness', '-'])('%s is none', (value) => {
    expect(violations('defaults', withDefault(value))).toEqual([`GateProps.model: ${value}`]);
  });

  test('are asked of optional members only', () => {
    expect(violations('defaults', withDefault())).toEqual(['GateProps.model: no default']);
    expect(violations('defaults', struct('GateProps', required))).toEqual([]);
  });
});

test('unions are found at any depth, in parameters, members and results', () => {
  const union = { union: { types: [text, { primitive: 'number' }] } };
  const list = { collection: { elementtype: union } };

  expect(violations('unions', struct('GateProps', { ...required, type: list }))).toEqual(['GateProps.model']);
  expect(violations('unions', gate({ methods: [{ name: 'open', docs, parameters: [{ name: 'at', type: union }], returns: { type: union } }] })))
    .toEqual(['Gate.open(at)', 'Gate.open()']);
  expect(violations('unions', gate({ initializer: { parameters: [{ name: 'at', type: union }] } }))).toEqual(['Gate(at)']);
  expect(violations('unions', struct('GateProps', required))).toEqual([]);
});

test('any is accepted where the documentation speaks of a raw manifest', () => {
  const any = { collection: { elementtype: { primitive: 'any' } } };

  expect(violations('any', struct('GateProps', { ...required, type: any }))).toEqual(['GateProps.model']);
  expect(violations('any', struct('GateProps', { ...required, type: any, docs: { summary: 'Raw fields of the pod.' } }))).toEqual([]);
  expect(violations('any', gate({ methods: [{ name: 'check', docs, parameters: [{ name: 'a', type: any, docs: { summary: 'A manifest.' } }] }] }))).toEqual([]);
});

describe('L1', () => {
  test.each(['cdk8s-plus-28.k8s.PodSpec', 'cdktf.TerraformStack', '@cdktf/provider-aws.s3Bucket.S3Bucket'])('%s is refused', (fqn) => {
    expect(violations('l1', struct('GateProps', { ...required, type: { collection: { elementtype: { fqn } } } }))).toEqual([`GateProps.model: ${fqn}`]);
    expect(violations('l1', gate({ base: fqn }))).toEqual([`Gate: ${fqn}`]);
    expect(violations('l1', gate({ interfaces: [fqn] }))).toEqual([`Gate: ${fqn}`]);
  });

  test.each(['cdk8s-plus-28.Service', 'cdk8s.Duration', 'constructs.IConstruct', 'lib.Gate'])('%s is welcome', (fqn) => {
    expect(violations('l1', struct('GateProps', { ...required, type: { fqn } }))).toEqual([]);
  });
});

test('a class extends one of four bases or nothing', () => {
  expect(violations('bases', gate({ base: 'lib.BaseGate' }))).toEqual(['Gate: lib.BaseGate']);
  expect(violations('bases', gate({ base: 'cdk8s-plus-28.Deployment' }))).toEqual(['Gate: cdk8s-plus-28.Deployment']);
  for (const base of ['constructs.Construct', 'cdk8s.Chart', 'cdk8s.App', 'cdk8s-plus-28.Workload', undefined]) {
    expect(violations('bases', gate({ base }))).toEqual([]);
  }
});

describe('constructors', () => {
  const made = (...parameters: Parameter[]) => gate({ initializer: { parameters } });

  test('scope, id and props of its own are accepted, in every kind of construct', () => {
    expect(violations('constructors', gate(), struct('GateProps', required))).toEqual([]);
    expect(violations('constructors', gate({ base: 'cdk8s.Chart' }), struct('GateProps', required))).toEqual([]);
    expect(violations('constructors', made(scope, id, { ...props, optional: true }), struct('GateProps', optional))).toEqual([]);
  });

  test('another order, another name, another type and more parameters are refused', () => {
    const shapes = [
      [scope, id], [id, scope, props], [scope, { ...id, name: 'name' }, props], [scope, id, { ...props, name: 'options' }],
      [scope, id, { ...props, type: { fqn: 'lib.OtherProps' } }], [scope, id, props, { ...id, name: 'more' }],
      [{ ...scope, type: { fqn: 'cdk8s.Chart' } }, id, props],
    ];

    expect(shapes.flatMap((shape) => violations('constructors', made(...shape), struct('GateProps', required)))).toEqual([
      'Gate(scope: constructs.Construct, id: string)',
      'Gate(id: string, scope: constructs.Construct, props: lib.GateProps)',
      'Gate(scope: constructs.Construct, name: string, props: lib.GateProps)',
      'Gate(scope: constructs.Construct, id: string, options: lib.GateProps)',
      'Gate(scope: constructs.Construct, id: string, props: lib.OtherProps)',
      'Gate(scope: constructs.Construct, id: string, props: lib.GateProps, more: string)',
      'Gate(scope: cdk8s.Chart, id: string, props: lib.GateProps)',
    ]);
  });

  test('props may be left out exactly when all of them may, inherited ones included', () => {
    expect(violations('constructors', gate(), struct('GateProps', optional))).toHaveLength(1);
    expect(violations('constructors', made(scope, id, { ...props, optional: true }), struct('GateProps', required))).toHaveLength(1);

    const inherits = { ...struct('GateProps', optional), interfaces: ['cdk8s-plus-28.WorkloadProps'] };
    expect(violations('constructors', gate(), inherits)).toHaveLength(1);
    const mustHave = { ...struct('GateProps', optional), interfaces: ['cdk8s-plus-28.ConfigMapVolumeOptions', 'lib.Base'] };
    expect(violations('constructors', gate(), mustHave, struct('Base', required))).toEqual([]);
  });

  test('values and the app are made as they like', () => {
    expect(violations('constructors', typed('Slo', 'class', { initializer: { parameters: [id] } }))).toEqual([]);
    expect(violations('constructors', gate({ base: 'cdk8s.App', initializer: { parameters: [props] } }))).toEqual([]);
  });
});

describe('interfaces', () => {
  const refers = (fqn: string) => struct('PipelineProps', { ...required, name: 'gate', type: { fqn } });
  const contract = typed('IGate', 'interface', { interfaces: ['constructs.IConstruct'] });

  test('a construct is not taken as a class', () => {
    expect(violations('interfaces', gate(), refers('lib.Gate'))).toEqual(['PipelineProps.gate: lib.Gate']);
    expect(violations('interfaces', gate(), contract, refers('lib.IGate'))).toEqual([]);
  });

  test('nothing is taken as a class that has an interface', () => {
    expect(violations('interfaces', refers('cdk8s-plus-28.Secret'))).toEqual(['PipelineProps.gate: cdk8s-plus-28.Secret']);
    expect(violations('interfaces', typed('Gate', 'class'), typed('IGate', 'interface'), refers('lib.Gate'))).toEqual(['PipelineProps.gate: lib.Gate']);
    expect(violations('interfaces', refers('cdk8s-plus-28.ISecret'))).toEqual([]);
    expect(violations('interfaces', refers('cdk8s-plus-28.Workload'))).toEqual([]);
  });

  test('a construct may be given back as a class', () => {
    expect(violations('interfaces', gate({ methods: [{ name: 'next', docs, returns: { type: { fqn: 'lib.Gate' } } }] }))).toEqual([]);
  });

  test('a construct that others refer to implements its interface and can be imported', () => {
    const fromName: Member = { name: 'fromGateName', docs, static: true };
    const whole = gate({ interfaces: ['lib.IGate'], methods: [fromName] });

    expect(violations('imports', whole, contract, refers('lib.IGate'))).toEqual([]);
    expect(violations('imports', { ...whole, interfaces: [] }, contract, refers('lib.IGate'))).toEqual(['Gate']);
    expect(violations('imports', { ...whole, methods: [] }, contract, refers('lib.IGate'))).toEqual(['Gate']);
    expect(violations('imports', { ...whole, methods: [{ ...fromName, static: false }] }, contract, refers('lib.IGate'))).toEqual(['Gate']);
    expect(violations('imports', gate())).toEqual([]);
  });
});

test('methods are verbs', () => {
  const named = (name: string) => gate({ methods: [{ name, docs }] });

  expect(violations('names', named('getModel'))).toEqual(['Gate.getModel']);
  expect(violations('names', named('setModel'))).toEqual(['Gate.setModel']);
  expect(violations('names', named('settle'))).toEqual([]);
});

test('losing a rule is a visible change', () => {
  expect(Object.keys(API_RULES)).toEqual(
    ['summaries', 'wholeSummaries', 'defaults', 'unions', 'any', 'l1', 'bases', 'constructors', 'interfaces', 'imports', 'names']);
});
