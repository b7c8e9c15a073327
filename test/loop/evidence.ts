import { mkdirSync, writeFileSync } from 'fs';
import { join, resolve } from 'path';
import { History } from './history';
import { picture } from './picture';
import { Stage } from './stage';
import { ExampleOutput } from '../support/example';

/** Where a run leaves what it was like. */
const FOLDER = resolve(process.env.LOOP_EVIDENCE ?? join(__dirname, '..', '..', 'test-reports', 'loop'));
const STEP_SECONDS = 5;

/** What a run of the loop leaves. */
export interface Evidence {
  readonly history: History;
  readonly stage: Stage;
  /** What the example wrote. */
  readonly written: ExampleOutput;
}

/** Leaves the timeline, the report, what the dashboard showed, and the audit records in a folder. */
export async function leaveEvidence({ history, stage, written }: Evidence): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(FOLDER, name), text);
  const json = (name: string, value: unknown) => write(name, `${JSON.stringify(value, null, 1)}\n`);
  write('timeline.svg', picture(history));
  json('happenings.json', history.happenings);
  json('requests.json', history.total);
  json('audit.json', history.trail);
  Object.entries(written.artifacts).filter(([path]) => path.endsWith('/report.md')).forEach(([, text]) => write('report.md', text));
  for (const [name, text] of dashboardsIn(written.manifests)) {
    write(name, text);
    json(name.replace('.json', '.data.json'), await shown(JSON.parse(text), history.started, stage));
  }
  process.stderr.write(`the run is in ${FOLDER}: timeline.svg, report.md, audit.json, requests.json, happenings.json, the dashboard and its data\n`);
}

function dashboardsIn(manifests: any[]): [string, string][] {
  return manifests.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.labels?.grafana_dashboard).flatMap(({ data }) => Object.entries<string>(data));
}

/** The numbers of each panel from the beginning to now. */
async function shown({ panels }: any, started: number, { prometheus }: Stage): Promise<any[]> {
  return Promise.all(panels.filter(({ targets }: any) => targets).map(async ({ title, targets }: any) => ({
    title,
    series: await Promise.all(targets.map(async ({ expr, legendFormat }: any) => {
      const query = expr.replaceAll('$__rate_interval', `${4 * STEP_SECONDS}s`);
      const { result } = await prometheus.ask('query_range', { query, start: `${started / 1000}`, end: `${Date.now() / 1000}`, step: `${STEP_SECONDS}` });
      return { query, legend: legendFormat, result };
    })),
  })));
}
