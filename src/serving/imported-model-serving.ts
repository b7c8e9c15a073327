import { Construct } from 'constructs';
import { ModelServingAttributes } from './model-serving-props';
import { IModelServing, ScrapeEndpoint } from './serving';
import { ModelRelease } from '../core/model-release';
import { Owner } from '../core/owner';
import { ServingMetrics } from '../core/serving-metrics';

/** A model that is served by something else. */
export class ImportedModelServing extends Construct implements IModelServing {
  public readonly modelName: string;
  public readonly serviceName: string;
  public readonly servicePort: number;
  public readonly servingNamespace: string;
  public readonly podLabels: { [key: string]: string };
  public readonly metrics: ServingMetrics;
  public readonly scrapeEndpoints: ScrapeEndpoint[];
  public readonly owner: Owner;
  public readonly servedRelease?: ModelRelease;

  public constructor(scope: Construct, id: string, attributes: ModelServingAttributes) {
    super(scope, id);
    this.modelName = attributes.modelName;
    this.serviceName = attributes.serviceName;
    this.servicePort = attributes.servicePort;
    this.servingNamespace = attributes.servingNamespace ?? '';
    this.podLabels = attributes.podLabels;
    this.metrics = attributes.metrics;
    this.scrapeEndpoints = attributes.scrapeEndpoints;
    this.owner = attributes.owner;
    this.servedRelease = attributes.servedRelease;
  }
}
