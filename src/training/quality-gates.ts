import { readFileSync } from 'fs';
import { parse } from 'yaml';
import { GateComparison, QualityGate } from './gate';
import { InputError, InputProblems } from '../private/input-error';

const KNOWN = ['minimum', 'maximum', 'comparison'];

/** What a version must reach before it is promoted. */
export class QualityGates {
  /**
   * Gates of a file such as `configs/quality_gates.yaml`:
   *
   * ```yaml
   * metrics:
   *   accuracy: { minimum: 0.92, comparison: gte }
   *   latency_p95_ms: { maximum: 50, comparison: lte }
   * ```
   *
   * @param path path of the file
   * @throws if it cannot be read, is no YAML, or a gate says nothing or something unknown; every problem at once
   */
  public static fromFile(path: string): QualityGates {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      throw new InputError('training/no-quality-gates', `the quality gates '${path}' cannot be read; write down what a version must reach, beginning with 'metrics:'`);
    }
    let content: any;
    try {
      content = parse(text);
    } catch (error) {
      throw new InputError('training/malformed-quality-gates', `'${path}' must be YAML (${(error as Error).message.split('\n')[0]})`);
    }
    const problems = new InputProblems();
    const gates = gatesOf(path, content, problems);
    problems.throwAll();
    return new QualityGates(gates);
  }

  private constructor(private readonly all: QualityGate[]) {}

  /** Gates, in the order of the file. */
  public get gates(): QualityGate[] {
    return [...this.all];
  }
}

function gatesOf(path: string, content: any, problems: InputProblems): QualityGate[] {
  const metrics = content?.metrics;
  if (!isMap(metrics) || Object.keys(metrics).length === 0) {
    problems.add('training/no-gate', `'${path}' must name at least one number under 'metrics', got none; a gate that asks nothing passes everything`);
    return [];
  }
  return Object.entries(metrics).map(([metric, rule]) => {
    findGateProblems(`'${metric}' of '${path}'`, rule, problems);
    return { metric, ...rule as any };
  });
}

function findGateProblems(what: string, rule: any, problems: InputProblems): void {
  if (!isMap(rule) || Object.keys(rule).length === 0) {
    problems.add('training/empty-gate', `${what} must have 'minimum', 'maximum' or 'comparison', got none`);
    return;
  }
  const { minimum, maximum, comparison } = rule;
  for (const key of Object.keys(rule).filter((name) => !KNOWN.includes(name))) {
    problems.add('training/unknown-gate-key', `${what} must have 'minimum', 'maximum' or 'comparison', got '${key}'`);
  }
  for (const bound of [minimum, maximum].filter((value) => value !== undefined && !Number.isFinite(value))) {
    problems.add('training/malformed-bound', `the bounds of ${what} must be numbers, got '${bound}'`);
  }
  if (minimum > maximum) {
    problems.add('training/empty-range', `${what} must have a 'minimum' that is not above its 'maximum', got ${minimum} and ${maximum}`);
  }
  if (comparison !== undefined && !Object.values(GateComparison).includes(comparison)) {
    problems.add('training/unknown-comparison', `'comparison' of ${what} must be 'gte' or 'lte', got '${comparison}'`);
  }
}

function isMap(value: any): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
