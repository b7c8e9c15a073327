import { MlopsApp, StackReport } from 'cdk8s-mlops';
// eslint-disable-next-line import/order
import { SentimentChart } from '../../../examples/cdk8s-only/chart';

const app = new MlopsApp();
new StackReport(new SentimentChart(app, 'sentiment'), 'Report');
app.synth();
