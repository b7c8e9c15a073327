import { InputProblems } from '../../private/input-error';

/** What of a request a step gets. */
export enum StepData {
  /** The request that came in. */
  REQUEST = '$request',
  /** What the step before answered. */
  RESPONSE = '$response',
}

/** Options of `GraphStep`. */
export interface GraphStepOptions {
  /**
   * Name of the step, unique within its node.
   *
   * @default - none
   */
  readonly stepName?: string;
  /**
   * What the step gets.
   *
   * @default - the request that came in
   */
  readonly data?: StepData;
  /**
   * Share of the requests, in percent, in a node that splits them.
   *
   * @default - none
   */
  readonly weight?: number;
  /**
   * When the step is taken, in the language of GJSON, such as `[@this].#(source=="client")`. In a sequence, when it goes on.
   *
   * @default - always
   */
  readonly condition?: string;
  /**
   * Whether the request fails when the step does.
   *
   * @default - in an ensemble and a sequence, the answer of the step is passed on as it is
   */
  readonly required?: boolean;
}

/** A step of a node: a model, an address, or another node. */
export class GraphStep {
  /**
   * An InferenceService of the same namespace.
   *
   * @param inferenceServiceName its name, such as that of `KserveServing.inferenceServiceName`
   * @param options data, weight, condition
   */
  public static model(inferenceServiceName: string, options: GraphStepOptions = {}): GraphStep {
    return new GraphStep({ serviceName: inferenceServiceName }, options);
  }

  /**
   * Anything that answers to HTTP.
   *
   * @param url whole address, path included
   * @param options data, weight, condition
   */
  public static url(url: string, options: GraphStepOptions = {}): GraphStep {
    return new GraphStep({ serviceUrl: url }, options);
  }

  /**
   * Another node of the graph.
   *
   * @param nodeName its name
   * @param options data, weight, condition
   */
  public static node(nodeName: string, options: GraphStepOptions = {}): GraphStep {
    return new GraphStep({ nodeName }, options);
  }

  private constructor(private readonly target: { [field: string]: string }, private readonly options: GraphStepOptions) {}

  /** @internal */
  public get _nodeName(): string | undefined {
    return this.target.nodeName;
  }

  /** @internal */
  public get _options(): GraphStepOptions {
    return this.options;
  }

  /** @internal */
  public _render(): any {
    const { stepName, data, weight, condition, required } = this.options;
    return { name: stepName, ...this.target, data, weight, condition, dependency: required === undefined ? undefined : required ? 'Hard' : 'Soft' };
  }
}

/** A node of an inference graph. */
export class GraphNode {
  /**
   * Step after step.
   *
   * @param steps in order
   * @throws if there is no step, or a name stands twice
   */
  public static sequence(...steps: GraphStep[]): GraphNode {
    return GraphNode.of('Sequence', steps, 'weight');
  }

  /**
   * All at once, and the answers together.
   *
   * @param steps models that answer
   * @throws if there is no step, or a name stands twice
   */
  public static ensemble(...steps: GraphStep[]): GraphNode {
    return GraphNode.of('Ensemble', steps, 'weight', 'condition');
  }

  /**
   * The first step whose condition holds.
   *
   * @param steps each with a condition
   * @throws if there is no step, a name stands twice, or a step has no condition
   */
  public static choice(...steps: GraphStep[]): GraphNode {
    const node = GraphNode.of('Switch', steps, 'weight');
    const problems = new InputProblems();
    steps.forEach(({ _options }, i) => !_options.condition
      && problems.add('kserve/step-without-condition', `each step of a choice needs a 'condition', got none for '${_options.stepName ?? `step ${i + 1}`}'`));
    problems.throwAll();
    return node;
  }

  /**
   * One of the steps, by chance. This shares requests out without a guardrail: a new version takes over with `KserveMode`.
   *
   * @param steps each with a weight, 100 together
   * @throws if there is no step, a name stands twice, or the weights are not 100 together
   */
  public static split(...steps: GraphStep[]): GraphNode {
    const node = GraphNode.of('Splitter', steps, 'condition');
    const weights = steps.map(({ _options }) => _options.weight);
    const problems = new InputProblems();
    const total = weights.reduce<number>((sum, weight) => sum + (weight ?? Number.NaN), 0);
    if (total !== 100 || weights.some((weight) => !Number.isInteger(weight) || weight! < 0)) {
      problems.add('kserve/graph-weights', `the steps of a split need whole weights that add up to 100, got ${weights.map((weight) => weight ?? 'none').join(' + ')}`);
    }
    problems.throwAll();
    return node;
  }

  private static of(routerType: string, steps: GraphStep[], ...ignored: ('weight' | 'condition')[]): GraphNode {
    const problems = new InputProblems();
    if (steps.length === 0) {
      problems.add('kserve/no-steps', 'a node needs at least one step, got none');
    }
    const names = steps.map(({ _options }) => _options.stepName).filter((name) => name !== undefined);
    for (const name of new Set(names.filter((stepName, i) => names.indexOf(stepName) !== i))) {
      problems.add('kserve/step-twice', `each 'stepName' of a node may stand once, got '${name}' twice`);
    }
    for (const field of ignored.filter((name) => steps.some(({ _options }) => _options[name] !== undefined))) {
      problems.add('kserve/ignored-in-node', `'${field}' is ignored in a node of type ${routerType}; leave it out`);
    }
    problems.throwAll();
    return new GraphNode(routerType, steps);
  }

  private constructor(private readonly routerType: string, private readonly steps: GraphStep[]) {}

  /** @internal */
  public get _nodeNames(): string[] {
    return this.steps.flatMap(({ _nodeName }) => _nodeName ?? []);
  }

  /** @internal */
  public _render(): any {
    return { routerType: this.routerType, steps: this.steps.map((step) => step._render()) };
  }
}
