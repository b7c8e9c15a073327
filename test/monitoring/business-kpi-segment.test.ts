import { Duration } from 'cdk8s';
import { AlertSeverity, BusinessKpiSegment, MetricQuery, MetricUnit } from '../../src';

const owner = { team: 'payments', runbookUrl: 'https://runbooks.example.com/payments' };
const approved = MetricQuery.promql({
  expr: 'sum(rate(orders_approved_total[$__rate_interval])) / sum(rate(orders_total[$__rate_interval]))', title: 'approved orders', unit: MetricUnit.RATIO,
});

test('a number without an alert is shown and nobody is told', () => {
  const segment = new BusinessKpiSegment({ kpis: [{ query: approved }] });

  expect(segment.segmentName).toBe('Business');
  expect(segment.panels()).toEqual([{ title: 'approved orders', kind: 'timeseries', queries: [approved] }]);
  expect(segment.alerts()).toEqual([]);
  expect(segment.recordingRules()).toEqual([]);
});

test('an alert judges the number over five minutes, is a ticket, and is the business of its owner', () => {
  const segment = new BusinessKpiSegment({
    kpis: [{ query: approved, alert: { alertName: 'ApprovalsFell', condition: '< 0.5', summary: 'fewer approvals', owner } }],
  });

  const [alert] = segment.alerts();

  expect(alert.query.expr).toBe('sum(rate(orders_approved_total[5m])) / sum(rate(orders_total[5m]))');
  expect(alert).toMatchObject({ alertName: 'ApprovalsFell', condition: '< 0.5', summary: 'fewer approvals', owner, severity: 'ticket' });
  expect(alert.holdsFor!.toMinutes()).toBe(30);
});

test('heading, urgency and patience can be chosen', () => {
  const segment = new BusinessKpiSegment({
    title: 'Orders',
    kpis: [{
      query: approved,
      alert: { alertName: 'ApprovalsFell', condition: '< 0.5', summary: 'fewer approvals', owner, severity: AlertSeverity.PAGE, holdsFor: Duration.minutes(5) },
    }],
  });

  expect(segment.segmentName).toBe('Orders');
  expect(segment.alerts()[0]).toMatchObject({ severity: 'page', holdsFor: Duration.minutes(5) });
});
