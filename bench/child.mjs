// One synthesis in a process of its own: node bench/child.mjs <stock|mlops> <scenario> <count> <output type> <folder>
// prints { ms, rss } of it, as JSON.
import { join } from 'node:path';
import { App } from 'cdk8s';
import { MlopsApp } from '../lib/index.js';

const [kind, scenario, count, outputType, folder] = process.argv.slice(2);
const { build } = await import(`./scenarios/${scenario}.mjs`);
const app = new { stock: App, mlops: MlopsApp }[kind]({ outdir: join(folder, 'dist'), yamlOutputType: Number(outputType) });
build(app, Number(count));

const start = process.hrtime.bigint();
app.synth();
const ms = Number(process.hrtime.bigint() - start) / 1e6;
console.log(JSON.stringify({ ms, rss: process.resourceUsage().maxRSS / 1024 }));
