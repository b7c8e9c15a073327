import { ApiObject, Chart } from 'cdk8s';
import { objectsOf } from './chart-graph';
import { Problems } from './problems';
import { takeManifest } from '../../private/manifests';

/** Renders each object for the last time, and gathers those that cannot be rendered. */
export class Renderer {
  /** Where each object comes from, as `construct-metadata.json` holds it. */
  public readonly resources: { [name: string]: { readonly path: string } } = {};

  public constructor(private readonly problems: Problems) {}

  /**
   * Everything in a chart, in the order in which it is applied.
   *
   * The `toJson()` of a chart validates the whole app again, for every chart; it is called only where a subclass has its own.
   */
  public manifestsOf(chart: Chart): any[] {
    const objects = this.objectsOf(chart);
    return chart.toJson === Chart.prototype.toJson
      ? objects.flatMap((object) => this.manifestsOfObject(object))
      : this.problems.attempt(chart, () => Object.values(chart.toJson())) ?? [];
  }

  /** One object; nothing if it cannot be rendered. */
  public manifestsOfObject(object: ApiObject): any[] {
    return this.problems.attempt(object, () => [takeManifest(object)]) ?? [];
  }

  /** The objects of a chart, in the order in which they are applied. */
  public objectsOf(chart: Chart): ApiObject[] {
    const objects = this.problems.attempt(chart, () => objectsOf(chart)) ?? [];
    objects.forEach((object) => (this.resources[object.name] = { path: object.node.path }));
    return objects;
  }
}
