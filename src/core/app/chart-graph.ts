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
  const nested = linkNestedCharts(constructs);
  const dependencies = dependenciesOf(constructs);
  const linked = linkCharts(dependencies);
  linkObjects(nested || linked ? dependenciesOf(constructs) : dependencies);
  return nested || linked;
}

/** The charts of an app, in the order in which they are applied. */
export function chartsOf(app: App): Chart[] {
  return applyOrder(app).filter(Chart.isChart);
}

/** The objects of one chart, nested charts left out, in the order in which they are applied. */
export function objectsOf(chart: Chart): ApiObject[] {
  return applyOrder(chart)
    .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct))
    .filter((object) => Chart.of(object) === chart);
}

/**
 * Constructs in the order of cdk8s' `DependencyGraph`: each after those that it depends on, otherwise as they stand in the tree. The graph looks
 * for a cycle after each edge and walks a shared dependency again for everybody who has it; here each construct is visited once. What is left
 * to the graph is to say which constructs form a cycle.
 */
function applyOrder(root: IConstruct): IConstruct[] {
  const constructs = inGraphOrder(root);
  const below = new Set(constructs);
  const targets = new Set(constructs.flatMap((construct) => construct.node.dependencies));
  if (targets.size === 0) {return constructs;}
  const ordered = new Set<IConstruct>();
  const open = new Set<IConstruct>();
  const visit = (construct: IConstruct): boolean => {
    if (ordered.has(construct) || !below.has(construct)) {return true;}
    if (open.has(construct)) {return false;}
    open.add(construct);
    const acyclic = construct.node.dependencies.every(visit);
    ordered.add(construct);
    return acyclic;
  };
  const acyclic = constructs.filter((construct) => !targets.has(construct)).every(visit);
  return acyclic && ordered.size === constructs.length ? [...ordered] : new DependencyGraph(root.node).topology();
}

/** The graph keeps constructs by path, and JavaScript puts keys that are whole numbers first. */
function inGraphOrder(root: IConstruct): IConstruct[] {
  const constructs = root.node.findAll();
  const numbered = root.node.scope ? [] : root.node.children.filter((child) => WHOLE_NUMBER.test(child.node.id));
  return numbered.length === 0 ? constructs : [...new Set([...numbered, ...constructs])];
}

const WHOLE_NUMBER = /^(?:0|[1-9][0-9]{0,8})$/;

interface Dependency {
  readonly source: IConstruct;
  readonly target: IConstruct;
}

function linkNestedCharts(constructs: IConstruct[]): boolean {
  let linked = false;
  for (const parent of constructs.filter(Chart.isChart)) {
    for (const child of parent.node.children.filter(Chart.isChart)) {
      parent.node.addDependency(child);
      linked = true;
    }
  }
  return linked;
}

function linkCharts(dependencies: Dependency[]): boolean {
  let linked = false;
  for (const { source, target } of dependencies) {
    const [sourceChart, targetChart] = [Chart.of(source), Chart.of(target)];
    if (sourceChart !== targetChart) {
      sourceChart.node.addDependency(targetChart);
      linked = true;
    }
  }
  return linked;
}

function linkObjects(dependencies: Dependency[]): void {
  for (const { source, target } of dependencies) {
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
