import { Construct } from 'constructs';
import { AlertRouting } from './alert-routing';

/** Alerts that no route asks for end here, and are reported as a finding before. */
const NOBODY = 'nobody';

/**
 * Spec of an AlertmanagerConfig: one receiver and one route for each routing; an alert may take several. Those of other owners take them, too:
 * whoever answers for the model has to know what its numbers do to others.
 */
export function toAlertmanagerSpec(scope: Construct, routings: AlertRouting[], model: string): unknown {
  const receivers = routings.map((routing, i) => {
    const { field, config } = routing.bind(new Construct(scope, `Receiver${i}`));
    return { name: `receiver-${i}`, [field]: [config] };
  });
  return {
    route: {
      receiver: NOBODY,
      // equality is what is meant without a `matchType`; written out, `=` is a type of its own to YAML 1.1, and Python's readers stop there
      matchers: [{ name: 'model', value: model }],
      groupBy: ['alertname', 'severity'],
      groupWait: '30s',
      groupInterval: '5m',
      repeatInterval: '4h',
      routes: routings.map((routing, i) => ({
        receiver: receivers[i].name,
        matchers: [{ name: 'severity', value: routing.severities.join('|'), matchType: '=~' }],
        continue: true,
      })),
    },
    receivers: [{ name: NOBODY }, ...receivers],
  };
}
