import { ApiObject, App, Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import * as fc from 'fast-check';
import { MlopsApp } from '../../../src';

/** Each construct has one of the earlier ones as scope. */
interface Sketch {
  readonly constructs: { readonly kind: string; readonly id: string; readonly scope: number }[];
  readonly dependencies: [number, number][];
}

const sketch: fc.Arbitrary<Sketch> = fc.record({
  constructs: fc.array(fc.record({
    kind: fc.constantFrom('chart', 'group', 'object', 'object'),
    id: fc.constantFrom('a', 'b', 'c', 'Resource', '7', '10', '007'),
    scope: fc.nat(),
  }), { minLength: 1, maxLength: 12 }),
  dependencies: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 3 }),
});

test('any tree has the order of the stock app, or its words for a cycle', () => {
  const seen = { orders: 0, refusals: 0 };

  fc.assert(fc.property(sketch, (tree) => {
    const [stock, ours] = [App, MlopsApp].map((type) => outcome(type, tree));

    if (stock.refusal === undefined) {
      expect(ours).toEqual(stock);
      seen.orders++;
    } else {
      expect(ours.refusal).toContain(stock.refusal);
      seen.refusals++;
    }
  }), { numRuns: 400, seed: 1 });

  expect(seen.orders).toBeGreaterThan(50);
  expect(seen.refusals).toBeGreaterThan(10);
});

function outcome(type: new () => App, tree: Sketch): { readonly yaml?: string; readonly refusal?: string } {
  const app = build(type, tree);
  try {
    return { yaml: app.synthYaml() };
  } catch (error) {
    return { refusal: (error as Error).message };
  }
}

function build(type: new () => App, { constructs, dependencies }: Sketch): App {
  const app = new type();
  const made: IConstruct[] = [app];
  for (const { kind, id, scope } of constructs) {
    const parent = made[scope % made.length] as Construct;
    const place = kind === 'object' && parent.node.scopes.every((candidate) => !Chart.isChart(candidate)) ? undefined : parent;
    if (place && !place.node.tryFindChild(id)) {
      made.push(make(place, kind, id));
    }
  }
  const targets = made.slice(1);
  if (targets.length > 1) {
    dependencies.forEach(([source, target]) => targets[source % targets.length].node.addDependency(targets[target % targets.length]));
  }
  return app;
}

function make(scope: Construct, kind: string, id: string): Construct {
  switch (kind) {
    case 'chart': return new Chart(scope, id);
    case 'group': return new Construct(scope, id);
    default: return new ApiObject(scope, id, { apiVersion: 'v1', kind: 'ConfigMap' });
  }
}
