import { ApiObject, Chart } from 'cdk8s';
import { objectsOf } from './chart-graph';
import { tokenProblems } from './plane-guards';
import { Problems } from './problems';
import { takeManifest } from '../../private/manifests';

/** Renders each object for the last time, and gathers those that cannot be rendered. */
export class Renderer {
  public constructor(private readonly problems: Problems) {}

  /**
   * Everything in a chart, in the order in which it is applied.
   *
   * The `toJson()` of a chart validates the whole app again, for every chart; it is called only where a subclass has its own.
   */
  public manifestsOf(chart: Chart): any[] {
    return chart.toJson === Chart.prototype.toJson
      ? this.objectsOf(chart).flatMap((object) => this.manifestsOfObject(object))
      : this.problems.attempt(chart, () => Object.values(chart.toJson())) ?? [];
  }

  /** One object; nothing if it cannot be rendered. */
  public manifestsOfObject(object: ApiObject): any[] {
    const manifests = this.problems.attempt(object, () => [takeManifest(object)]) ?? [];
    manifests.flatMap(tokenProblems).forEach((problem) => this.problems.add(object, `[${object.node.path}] ${problem}`));
    return manifests;
  }

  /** The objects of a chart, in the order in which they are applied. */
  public objectsOf(chart: Chart): ApiObject[] {
    return this.problems.attempt(chart, () => objectsOf(chart)) ?? [];
  }
}
