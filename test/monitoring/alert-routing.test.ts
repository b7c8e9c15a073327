import { Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { monitoringProps } from './fixtures';
import { AlertReceiver, AlertRouting, AlertSeverity, Monitoring, SecretRef } from '../../src';

function configOf(...routing: AlertRouting[]): any {
  const chart = Testing.chart();
  const monitoring = new Monitoring(chart, 'Monitoring', { ...monitoringProps(chart), routing });
  return Testing.synth(Chart.of(monitoring)).find((object) => object.kind === 'AlertmanagerConfig');
}

const slack = AlertRouting.slack({ channel: '#risk-ml', webhook: SecretRef.existing('slack', 'url') });
const pagerDuty = AlertRouting.pagerDuty({ routingKey: SecretRef.existing('pagerduty', 'key') });

describe('routes', () => {
  test('all alerts of the model are routed, whoever owns them, and each receiver gets its severities', () => {
    const { apiVersion, metadata, spec: { route } } = configOf(slack, pagerDuty);

    expect(apiVersion).toBe('monitoring.coreos.com/v1alpha1');
    expect(metadata.namespace).toBe('ml');
    expect(route).toEqual({
      receiver: 'nobody',
      matchers: [{ name: 'model', value: 'fraud-detection' }],
      groupBy: ['alertname', 'severity'],
      groupWait: '30s',
      groupInterval: '5m',
      repeatInterval: '4h',
      routes: [
        { receiver: 'receiver-0', matchers: [{ name: 'severity', value: 'page|ticket', matchType: '=~' }], continue: true },
        { receiver: 'receiver-1', matchers: [{ name: 'severity', value: 'page', matchType: '=~' }], continue: true },
      ],
    });
  });

  test('without routing Alertmanager decides', () => {
    const chart = Testing.chart();
    new Monitoring(chart, 'Monitoring', monitoringProps(chart));

    expect(Testing.synth(chart).map((object) => object.kind)).toEqual(['ConfigMap', 'PodMonitor', 'PrometheusRule']);
  });

  test.each([
    ['slack', AlertRouting.slack({ channel: '#a', webhook: SecretRef.existing('a', 'b'), severities: [AlertSeverity.TICKET] })],
    ['PagerDuty', AlertRouting.pagerDuty({ routingKey: SecretRef.existing('a', 'b'), severities: [AlertSeverity.TICKET] })],
    ['e-mail', AlertRouting.email({ to: 'a@example.com', severities: [AlertSeverity.TICKET] })],
    ['webhook', AlertRouting.webhook({ url: SecretRef.existing('a', 'b'), severities: [AlertSeverity.TICKET] })],
  ])('which alerts go to %s can be chosen', (_name, routing) => {
    expect(routing.severities).toEqual(['ticket']);
  });
});

describe('receivers', () => {
  const receiverOf = (routing: AlertRouting) => configOf(routing, slack, pagerDuty).spec.receivers[1];

  test('alerts that take no route end at a receiver that does nothing', () => {
    expect(configOf(slack).spec.receivers[0]).toEqual({ name: 'nobody' });
  });

  test('Slack gets summary and number of every alert and a link to the runbook', () => {
    expect(receiverOf(slack)).toEqual({
      name: 'receiver-0',
      slackConfigs: [{
        apiURL: { name: 'slack', key: 'url' },
        channel: '#risk-ml',
        sendResolved: true,
        title: '{{ .Status | toUpper }}: {{ .CommonLabels.alertname }} of {{ .CommonLabels.model }}',
        titleLink: '{{ .CommonAnnotations.runbook_url }}',
        text: '{{ range .Alerts }}{{ .Annotations.summary }}\n{{ with .Annotations.description }}{{ . }}\n{{ end }}{{ end }}',
      }],
    });
  });

  test('PagerDuty gets what pages, with a link to the runbook', () => {
    expect(pagerDuty.severities).toEqual(['page']);
    expect(receiverOf(pagerDuty)).toEqual({
      name: 'receiver-0',
      pagerdutyConfigs: [{
        routingKey: { name: 'pagerduty', key: 'key' },
        sendResolved: true,
        description: '{{ .CommonLabels.alertname }} of {{ .CommonLabels.model }}: {{ .CommonAnnotations.summary }}',
        pagerDutyLinkConfigs: [{ href: '{{ .CommonAnnotations.runbook_url }}', alt: 'Runbook' }],
      }],
    });
  });

  test('e-mail goes through the server that Alertmanager knows, or one of its own', () => {
    expect(receiverOf(AlertRouting.email({ to: 'risk@example.com' }))).toEqual({
      name: 'receiver-0', emailConfigs: [{ to: 'risk@example.com', sendResolved: true }],
    });
    expect(receiverOf(AlertRouting.email({
      to: 'risk@example.com', from: 'alerts@example.com', smarthost: 'smtp.example.com:587', username: 'alerts', password: SecretRef.existing('smtp', 'password'),
    }))).toEqual({
      name: 'receiver-0',
      emailConfigs: [{
        to: 'risk@example.com', from: 'alerts@example.com', smarthost: 'smtp.example.com:587', authUsername: 'alerts', authPassword: { name: 'smtp', key: 'password' }, sendResolved: true,
      }],
    });
  });

  test('the address of a webhook stays in its Secret', () => {
    expect(receiverOf(AlertRouting.webhook({ url: SecretRef.existing('hook', 'url') }))).toEqual({
      name: 'receiver-0', webhookConfigs: [{ urlSecret: { name: 'hook', key: 'url' }, sendResolved: true }],
    });
  });

  test('a receiver of your own declares what it needs in a place of its own', () => {
    class Telegram extends AlertRouting {
      public readonly severities = [AlertSeverity.PAGE, AlertSeverity.TICKET];

      public bind(scope: Construct): AlertReceiver {
        return { field: 'telegramConfigs', config: { message: scope.node.path } };
      }
    }

    expect(configOf(new Telegram(), new Telegram()).spec.receivers.slice(1)).toEqual([
      { name: 'receiver-0', telegramConfigs: [{ message: 'test/Monitoring/Routing/Receiver0' }] },
      { name: 'receiver-1', telegramConfigs: [{ message: 'test/Monitoring/Routing/Receiver1' }] },
    ]);
  });
});
