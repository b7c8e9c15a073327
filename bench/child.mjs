// One synthesis in a process of its own: node bench/child.mjs <stock|mlops> <scenario> <count> <output type> <folder>
// prints wall and processor time in milliseconds and peak memory in megabytes, as JSON.
import { join } from 'node:path';
import { App } from 'cdk8s';
import { MlopsApp } from '../lib/index.js';

const [kind, scenario, count, outputType, folder] = process.argv.slice(2);
const { build } = await import(`./scenarios/${scenario}.mjs`);
const app = new { stock: App, mlops: MlopsApp }[kind]({ outdir: join(folder, 'dist'), yamlOutputType: Number(outputType) });
build(app, Number(count));

const start = process.hrtime.bigint();
const before = process.cpuUsage();
app.synth();
const { user, system } = process.cpuUsage(before);
const wall = Number(process.hrtime.bigint() - start) / 1e6;
console.log(JSON.stringify({ wall, cpu: (user + system) / 1e3, rss: process.resourceUsage().maxRSS / 1024 }));
