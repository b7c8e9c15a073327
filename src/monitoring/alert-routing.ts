import { Construct } from 'constructs';
import { AlertSeverity } from './alert-rule';
import { SecretRef } from '../core/secret-ref';
import { InputProblems } from '../private/input-error';

/** Where alerts go, as the Prometheus operator configures Alertmanager. */
export interface AlertReceiver {
  /** Field of a receiver in an AlertmanagerConfig, such as `slackConfigs`. */
  readonly field: string;
  /** One entry of that field, in the operator's own words. */
  readonly config: { [field: string]: any };
}

/** What the receivers have in common. */
export interface AlertRoutingOptions {
  /**
   * Which alerts go there.
   *
   * @default - all of them; to PagerDuty, those that page
   */
  readonly severities?: AlertSeverity[];
}

/** Options of `AlertRouting.slack()`. */
export interface SlackRoutingOptions extends AlertRoutingOptions {
  /** Channel, such as `#risk-ml`. */
  readonly channel: string;
  /** Address of the incoming webhook. */
  readonly webhook: SecretRef;
}

/** Options of `AlertRouting.pagerDuty()`. */
export interface PagerDutyRoutingOptions extends AlertRoutingOptions {
  /** Integration key of an Events API v2 integration. */
  readonly routingKey: SecretRef;
}

/** Options of `AlertRouting.email()`. */
export interface EmailRoutingOptions extends AlertRoutingOptions {
  /** Address that gets the mail. */
  readonly to: string;
  /**
   * Sender.
   *
   * @default - the one that Alertmanager is configured with
   */
  readonly from?: string;
  /**
   * Host and port of the mail server, such as `smtp.example.com:587`.
   *
   * @default - the one that Alertmanager is configured with
   */
  readonly smarthost?: string;
  /**
   * User at the mail server.
   *
   * @default - the one that Alertmanager is configured with
   */
  readonly username?: string;
  /**
   * Password at the mail server.
   *
   * @default - the one that Alertmanager is configured with
   */
  readonly password?: SecretRef;
}

/** Options of `AlertRouting.webhook()`. */
export interface WebhookRoutingOptions extends AlertRoutingOptions {
  /** Address that gets a POST request, by reference, as most such addresses carry a token. */
  readonly url: SecretRef;
}

/** Where the alerts of a model go. Derive a class for a receiver that is missing here. */
export abstract class AlertRouting {
  /**
   * A Slack channel.
   *
   * @param options channel, webhook
   * @throws if the channel is empty or has blanks
   * @see https://prometheus.io/docs/alerting/latest/configuration/#slack_config
   */
  public static slack(options: SlackRoutingOptions): AlertRouting {
    const problems = new InputProblems();
    if (!/^[#@]?[^\s#@]+$/.test(options.channel)) {
      problems.add('routing/malformed-channel', `'channel' must be a channel such as '#risk-ml', got '${options.channel}'`);
    }
    problems.throwAll();
    return new Receiver('slackConfigs', options.severities ?? ALL, (scope) => ({
      apiURL: secretKey(options.webhook, scope),
      channel: options.channel,
      sendResolved: true,
      title: '{{ .Status | toUpper }}: {{ .CommonLabels.alertname }} of {{ .CommonLabels.model }}',
      titleLink: '{{ .CommonAnnotations.runbook_url }}',
      text: '{{ range .Alerts }}{{ .Annotations.summary }}\n{{ with .Annotations.description }}{{ . }}\n{{ end }}{{ end }}',
    }));
  }

  /**
   * PagerDuty: wakes somebody up.
   *
   * @param options integration key
   * @see https://prometheus.io/docs/alerting/latest/configuration/#pagerduty_config
   */
  public static pagerDuty(options: PagerDutyRoutingOptions): AlertRouting {
    return new Receiver('pagerdutyConfigs', options.severities ?? [AlertSeverity.PAGE], (scope) => ({
      routingKey: secretKey(options.routingKey, scope),
      sendResolved: true,
      description: '{{ .CommonLabels.alertname }} of {{ .CommonLabels.model }}: {{ .CommonAnnotations.summary }}',
      pagerDutyLinkConfigs: [{ href: '{{ .CommonAnnotations.runbook_url }}', alt: 'Runbook' }],
    }));
  }

  /**
   * An e-mail address.
   *
   * @param options address, mail server
   * @throws if an address or the mail server is malformed
   * @see https://prometheus.io/docs/alerting/latest/configuration/#email_config
   */
  public static email(options: EmailRoutingOptions): AlertRouting {
    const problems = new InputProblems();
    checkAddress('to', options.to, problems);
    checkAddress('from', options.from, problems);
    if (options.smarthost !== undefined && !/^(\[[0-9a-fA-F:]+\]|[^\s:[\]]+):[1-9][0-9]{0,4}$/.test(options.smarthost)) {
      problems.add('routing/malformed-smarthost', `'smarthost' must be host and port such as 'smtp.example.com:587', got '${options.smarthost}'`);
    }
    problems.throwAll();
    return new Receiver('emailConfigs', options.severities ?? ALL, (scope) => ({
      to: options.to,
      from: options.from,
      smarthost: options.smarthost,
      authUsername: options.username,
      authPassword: options.password && secretKey(options.password, scope),
      sendResolved: true,
    }));
  }

  /**
   * An HTTP endpoint of your own.
   *
   * @param options address
   * @see https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
   */
  public static webhook(options: WebhookRoutingOptions): AlertRouting {
    return new Receiver('webhookConfigs', options.severities ?? ALL, (scope) => ({ urlSecret: secretKey(options.url, scope), sendResolved: true }));
  }

  /** Which alerts go there. */
  public abstract readonly severities: AlertSeverity[];

  /**
   * Declare what the receiver needs, and say what it is.
   *
   * @param scope where objects may be declared
   */
  public abstract bind(scope: Construct): AlertReceiver;
}

const ALL = [AlertSeverity.PAGE, AlertSeverity.TICKET];

class Receiver extends AlertRouting {
  public constructor(
    private readonly field: string,
    public readonly severities: AlertSeverity[],
    private readonly config: (scope: Construct) => { [field: string]: any },
  ) {
    super();
  }

  public bind(scope: Construct): AlertReceiver {
    return { field: this.field, config: this.config(scope) };
  }
}

/** One address or several, with or without a name, as a mail header has them. */
function checkAddress(prop: string, addresses: string | undefined, problems: InputProblems): void {
  const wrong = addresses?.split(',').find((address) => !/^(?:[^\s@<>]+@[^\s@<>]+|[^<>]+<[^\s@<>]+@[^\s@<>]+>)$/.test(address.trim()));
  if (wrong !== undefined) {
    problems.add('routing/malformed-address', `'${prop}' must be an address such as 'risk-ml@example.com', got '${wrong.trim()}'`);
  }
}

function secretKey(secret: SecretRef, scope: Construct): { name: string; key: string } {
  const { secretName, key } = secret.bind(scope);
  return { name: secretName, key };
}
