import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { MINIMUM_LEAVES_OUT } from './left-out';
import { StackOptions } from './stack-options';
import { describeApplication } from '../core/argo-cd-application';
import { Monitoring } from '../monitoring/monitoring';
import { PolicyPack } from '../policy/policy-pack';
import { applyAudit } from '../private/audit';
import { factsOf } from '../private/facts';
import { StackReport } from '../report/stack-report';
import { RolloutStrategy } from '../rollout/rollout-strategy';
import { IRolloutStrategy } from '../rollout/strategy';
import { ModelServing } from '../serving/model-serving';

/** Properties of `MinimumViableStack`. */
export interface MinimumViableStackProps extends StackOptions {
  /**
   * Namespace of every object. It is not created.
   *
   * @default - the namespace that the manifests are applied to
   */
  readonly namespace?: string;
  /**
   * How a new version takes over.
   *
   * @default RolloutStrategy.rollingUpdate()
   */
  readonly strategy?: IRolloutStrategy;
}

/**
 * The smallest stack that still qualifies as production: a version with its lineage, an artifact with a hash, a deployment that rolls and rolls
 * back, and monitoring that somebody owns. Everything else is left out, and the report says when to add it.
 */
export class MinimumViableStack extends Chart {
  /** The model that answers. */
  public readonly serving: ModelServing;
  /** What watches it. */
  public readonly monitoring: Monitoring;
  /** What a reviewer reads. */
  public readonly report: StackReport;

  public constructor(scope: Construct, id: string, props: MinimumViableStackProps) {
    super(scope, id, { namespace: props.namespace });

    this.serving = new ModelServing(this, 'Serving', { ...props, strategy: props.strategy ?? RolloutStrategy.rollingUpdate() });
    this.monitoring = new Monitoring(this, 'Monitoring', {
      serving: this.serving,
      slo: props.slo,
      platform: props.platform,
      requests: props.requests,
      routing: props.alertRouting,
      scrapeInterval: props.scrapeInterval,
    });
    props.segments?.forEach((segment) => this.monitoring.add(segment));

    PolicyPack.supplyChain().applyTo(this);
    PolicyPack.hardening().applyTo(this);
    PolicyPack.operations().applyTo(this);
    PolicyPack.adoptionOrder().applyTo(this);

    applyAudit(this, { release: this.serving.release, owner: props.owner, platform: props.platform });
    describeApplication(this, props.platform.gitOps);
    factsOf(this).leftOut.push(...this.serving.rollout ? MINIMUM_LEAVES_OUT.filter(({ piece }) => piece !== 'Canary') : MINIMUM_LEAVES_OUT);
    this.report = new StackReport(this, 'Report', { description: props.description });
  }
}
