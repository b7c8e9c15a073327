import { Duration } from 'cdk8s';
import { AlertRouting } from '../monitoring/alert-routing';
import { RequestSource } from '../monitoring/request-source';
import { IMonitoringSegment } from '../monitoring/segment';
import { ModelServingOptions } from '../serving/model-serving-props';

/** What every stack takes, so that a model moves from one to the next without a change of it. */
export interface StackOptions extends ModelServingOptions {
  /**
   * What the stack is for, in a sentence that opens the report.
   *
   * @default - the report opens with numbers
   */
  readonly description?: string;
  /**
   * Who counts requests, latencies and failures, where the server itself does not: the mesh in front of it.
   *
   * @default - the server
   */
  readonly requests?: RequestSource;
  /**
   * What is watched beside latency, errors, throughput, saturation and, where they are exported, inputs and outputs.
   *
   * @default - nothing else
   */
  readonly segments?: IMonitoringSegment[];
  /**
   * Where alerts go.
   *
   * @default - Alertmanager's own routes decide, by the labels `owner`, `model` and `severity`
   */
  readonly alertRouting?: AlertRouting[];
  /**
   * How often the pods are scraped. A canary has to know it, too: `AnalysisOptions.scrapeInterval`.
   *
   * @default Duration.seconds(30)
   */
  readonly scrapeInterval?: Duration;
}
