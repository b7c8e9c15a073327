import { App } from 'cdk8s';
import { SentimentChart } from './chart';

const app = new App();
new SentimentChart(app, 'sentiment');
app.synth();
