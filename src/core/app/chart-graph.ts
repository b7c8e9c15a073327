import { ApiObject, App, Chart, DependencyGraph } from 'cdk8s';
import { IConstruct } from 'constructs';
import { isBelowStack } from './cloud-plane';

/**
 * Turns dependencies between constructs into dependencies between charts and between objects, as the stock app does before it orders them.
 *
 * @returns whether any chart has to be applied after another one
 */
export function linkDependencies(app: App): boolean {
  const constructs = app.node.findAll();
  const chartsLinked = linkCharts(constructs);
  linkObjects(constructs);
  return chartsLinked;
}

/** The objects of one chart, nested charts left out, in the order in which they are applied. */
export function objectsOf(chart: Chart): ApiObject[] {
  return new DependencyGraph(chart.node).topology()
    .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct))
    .filter((object) => Chart.of(object) === chart);
}

interface Dependency {
  readonly source: IConstruct;
  readonly target: IConstruct;
}

function linkCharts(constructs: IConstruct[]): boolean {
  let linked = false;
  for (const parent of constructs.filter(Chart.isChart)) {
    for (const child of parent.node.children.filter(Chart.isChart)) {
      parent.node.addDependency(child);
      linked = true;
    }
  }
  for (const { source, target } of dependenciesOf(constructs)) {
    const [sourceChart, targetChart] = [Chart.of(source), Chart.of(target)];
    if (sourceChart !== targetChart) {
      sourceChart.node.addDependency(targetChart);
      linked = true;
    }
  }
  return linked;
}

function linkObjects(constructs: IConstruct[]): void {
  for (const { source, target } of dependenciesOf(constructs)) {
    const targets = objectsInChartOf(target);
    const sources = objectsInChartOf(source);
    for (const targetObject of targets) {
      for (const sourceObject of sources) {
        if (targetObject !== sourceObject) {
          sourceObject.node.addDependency(targetObject);
        }
      }
    }
  }
}

/** The objects below a construct that belong to its own chart. */
function objectsInChartOf(construct: IConstruct): ApiObject[] {
  const chart = Chart.of(construct);
  return construct.node.findAll()
    .filter((node): node is ApiObject => ApiObject.isApiObject(node))
    .filter((object) => Chart.of(object) === chart);
}

/** All dependencies of the cluster plane as they stand now: linking adds more while it runs. */
function dependenciesOf(constructs: IConstruct[]): Dependency[] {
  return constructs
    .flatMap((source) => source.node.dependencies.map((target) => ({ source, target })))
    .filter(({ source, target }) => !isBelowStack(source) && !isBelowStack(target));
}
