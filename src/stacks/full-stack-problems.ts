import { Construct } from 'constructs';
import { FullStackProps } from './full-stack-props';
import { InputProblems } from '../private/input-error';

/** What a stack cannot be without, and why; types say it in TypeScript, and in no other language. */
const REQUIRED: { [path: string]: string } = {
  'namespace': 'rights are given to accounts of a namespace',
  'model': 'say whose stack it is',
  'owner': 'say who answers when it pages',
  'slo': 'without a promise nobody knows whether a version keeps it',
  'platform': 'say what the cluster has',
  'storage.uri': 'models, logs, references and reports are kept there',
  'runtime': 'build the images of node_modules/cdk8s-mlops/runtime/Dockerfile',
  'gate.goldenSet': 'every candidate is judged on the same labelled examples',
  'gate.qualityGates': 'a gate that asks nothing passes everything',
  'training.program': 'say what trains',
  'training.data': 'say what it trains on',
  'training.evaluator': 'say what measures a candidate on the golden set',
  'training.resources': 'measure what a training needs',
  'training.deadline': 'a training that hangs keeps its resources',
  'drift.features': 'say what is compared',
};

/** Throws everything that is wrong with how the parts of a stack fit together. What is wrong with one part, the part itself says. */
export function requireFullStack(scope: Construct, id: string, props: FullStackProps): void {
  const problems = new InputProblems();
  for (const [path, why] of Object.entries(REQUIRED).filter(([name]) => isMissing(props, name))) {
    problems.add('stacks/missing-part', `'${path}' must be given, got nothing; ${why}`);
  }
  problems.throwAt(scope, id);
  findPlatformProblems(problems, props);
  findWaysIn(problems, props);
  findRivals(problems, props);
  findDriftProblems(problems, props);
  problems.throwAt(scope, id);
}

function isMissing(props: any, path: string): boolean {
  const value = path.split('.').reduce((part, name) => part?.[name], props);
  return value === undefined || value === null;
}

function findPlatformProblems(problems: InputProblems, { platform, strategy, canary, gateway, promotion }: FullStackProps): void {
  const { metrics, mesh, gitOps } = platform;
  if (!metrics.isAvailable) {
    problems.add('stacks/no-metrics',
      `'platform.metrics' must be a Prometheus, which guardrails, alerts and drift ask, got none (${metrics.reason}); use MetricsBackend.kubePrometheus(), or MinimumViableStack`);
  }
  if (!strategy && !canary?.router && !gateway && mesh.mode !== 'istio-sidecar') {
    problems.add('stacks/no-router',
      `nobody shares requests out between two versions where 'platform.mesh' is '${mesh.mode}'; give 'gateway', 'canary.router', or MeshMode.istioSidecar()`);
  }
  if (gitOps.controller !== 'none' && promotion?.how === undefined && promotion?.branch === undefined) {
    problems.add('stacks/no-way-of-promotion',
      `under '${gitOps.controller}' the pod template belongs to Git, so that a pipeline brings versions to users by commits; use StackPromotion.byCommit(), or say who does it with byPeople()`);
  }
}

function findWaysIn(problems: InputProblems, { storage: { endpointUrl, reachedAt } }: FullStackProps): void {
  const port = endpointUrl === undefined ? '' : portOf(endpointUrl);
  if (reachedAt === undefined && !['', '443'].includes(port)) {
    problems.add('stacks/storage-out-of-reach',
      `'storage.reachedAt' must say who answers at '${endpointUrl}', since only port 443 is open to any address; use NetworkPeer.pods() or cidr() with port ${port}`);
  }
}

/** Of two that exclude each other one would be dropped without a word. */
function findRivals(problems: InputProblems, { strategy, canary, gateway, drift }: FullStackProps): void {
  if (strategy && canary) {
    problems.add('stacks/two-strategies', "'strategy' and 'canary' exclude each other, got both; give the strategy what is in 'canary', or leave 'strategy' out");
  }
  const router = strategy ? 'strategy' : 'canary.router';
  if (gateway && (strategy ?? canary?.router)) {
    problems.add('stacks/gateway-without-routes',
      `'gateway' would lead nowhere beside '${router}', which shares requests out by itself; leave one of them out, or make an InferenceGateway in a chart of its own and give its routes to '${router}'`);
  }
  if (drift.response && drift.retraining) {
    problems.add('stacks/two-responses',
      "'drift.response' and 'drift.retraining' exclude each other, got both; give 'retraining' to DriftResponse.retrain() of the response, or leave 'response' out");
  }
}

function portOf(url: string): string {
  const { port, protocol } = URL.canParse(url) ? new URL(url) : { port: '', protocol: '' };
  return port === '' && protocol === 'http:' ? '80' : port;
}

function findDriftProblems(problems: InputProblems, { drift, predictionLog }: FullStackProps): void {
  const { features, answers, retraining } = drift;
  const hashed = predictionLog?.hashedColumns ?? [];
  for (const { name } of [...features, ...answers ? [answers.column] : []].filter((column) => hashed.includes(column.name))) {
    problems.add('stacks/hashed-feature', `'${name}' is compared with the training, and only its hash is logged, which is like nothing there; log it as it is, or do not compare it`);
  }
  if (retraining && retraining.evidence === undefined && retraining.enabledSince === undefined) {
    problems.add('stacks/retraining-without-evidence',
      "'drift.retraining' must name the 'evidence' that drift hurts, and since when ('enabledSince') it starts trainings, got neither; leave it out until then, and the owner is told what would be trained");
  }
}
