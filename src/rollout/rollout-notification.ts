import { Owner } from '../core/owner';
import { InputError } from '../private/input-error';

/** What Argo Rollouts can tell, as its notification catalog names it. */
export enum RolloutTrigger {
  /** A guardrail was breached, and the new version went back. */
  ABORTED = 'on-rollout-aborted',
  /** The new version serves all requests. */
  COMPLETED = 'on-rollout-completed',
  /** The rollout waits for a person. */
  PAUSED = 'on-rollout-paused',
  /** A new version was applied. */
  UPDATED = 'on-rollout-updated',
  /** A stage is over. */
  STEP_COMPLETED = 'on-rollout-step-completed',
  /** A guardrail was breached. */
  ANALYSIS_FAILED = 'on-analysis-run-failed',
  /** A guardrail could not be measured. */
  ANALYSIS_ERROR = 'on-analysis-run-error',
}

/** Options of `RolloutNotification.to()`. */
export interface NotificationOptions {
  /** Service of the notification engine, as the controller's configuration names it, such as `slack`. */
  readonly service: string;
  /** Channel, address or name of a receiver, as the service wants it. Several with `;` between them. */
  readonly recipient: string;
  /**
   * What is told.
   *
   * @default - aborted, paused, and analyses that could not be measured
   */
  readonly triggers?: RolloutTrigger[];
}

const WORTH_TELLING = [RolloutTrigger.ABORTED, RolloutTrigger.PAUSED, RolloutTrigger.ANALYSIS_ERROR];

/**
 * Somebody whom Argo Rollouts tells what happens. Its administrator configures service, token, triggers and templates once for the cluster.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/notifications/
 */
export class RolloutNotification {
  /**
   * Tell a recipient.
   *
   * @param options service, recipient, what is told
   * @throws if the service or the recipient is malformed, or nothing is told
   */
  public static to(options: NotificationOptions): RolloutNotification {
    const { service, recipient, triggers = WORTH_TELLING } = options;
    // the key is `subscribe.<trigger>.<service>`, and the engine splits it at the dots
    if (!/^[A-Za-z0-9]([-_A-Za-z0-9]{0,20}[A-Za-z0-9])?$/.test(service)) {
      throw new InputError('rollout/malformed-notification-service',
        `'service' must be the name of a notification service such as 'slack', at most 22 letters, digits, '-' and '_', got '${service}'`);
    }
    if (recipient.trim() === '' || /[\r\n]/.test(recipient)) {
      throw new InputError('rollout/malformed-notification-recipient', `'recipient' must be one line such as 'risk-ml-alerts', got '${recipient}'`);
    }
    if (triggers.length === 0) {
      throw new InputError('rollout/no-notification-trigger', `'triggers' must name at least one event that '${recipient}' is told, got none`);
    }
    return new RolloutNotification(service, recipient, triggers);
  }

  /**
   * Tell the owner of the model, where `contact` says: a name after `#` is a channel of Slack, without the `#`.
   *
   * @param owner who answers
   * @param triggers what is told. Aborted, paused, and analyses that could not be measured, unless it is given
   * @throws if the owner has no contact
   */
  public static toOwner(owner: Owner, triggers: RolloutTrigger[] = WORTH_TELLING): RolloutNotification {
    const contact = owner.contact?.trim() ?? '';
    if (/^#\S+$/.test(contact)) {
      return RolloutNotification.to({ service: 'slack', recipient: contact.slice(1), triggers });
    }
    if (/^\S+@\S+$/.test(contact)) {
      return RolloutNotification.to({ service: 'email', recipient: contact, triggers });
    }
    throw new InputError('rollout/owner-cannot-be-notified',
      `'owner.contact' of '${owner.team}' must be a channel such as '#risk-ml' or an e-mail address, got '${contact}'; name service and recipient with RolloutNotification.to()`);
  }

  private constructor(private readonly service: string, private readonly recipient: string, private readonly triggers: RolloutTrigger[]) {}

  /** Annotations of the rollout, by which the controller knows. */
  public get annotations(): { [key: string]: string } {
    return Object.fromEntries(this.triggers.map((trigger) => [`notifications.argoproj.io/subscribe.${trigger}.${this.service}`, this.recipient]));
  }
}
