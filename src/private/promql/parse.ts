import type { SyntaxNode } from '@lezer/common';
import { Aggregation, Binary, Call, Expr, Form, Grouping, Selector } from './ast';
import { PromqlSyntaxError } from './syntax-error';

/**
 * Reads an expression with Prometheus' own grammar, which knows syntax only.
 *
 * @throws PromqlSyntaxError
 */
export function parsePromql(text: string): Expr {
  const top = grammar().parse(text).topNode;
  refuseErrors(top, text);
  return new Reader(text).read(top.firstChild!);
}

function grammar(): { parse(text: string): { topNode: SyntaxNode } } {
  // Loaded with the first query, so that whoever imports the library for something else does not pay for it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('@prometheus-io/lezer-promql').parser;
}

function refuseErrors(top: SyntaxNode, text: string): void {
  top.cursor().iterate((node) => {
    if (node.type.isError) {throw syntaxError(node.from, text);}
    // The grammar lets a text run to the end of its line.
    if (node.name === 'StringLiteral' && (node.to - node.from < 2 || text[node.from] !== text[node.to - 1])) {
      throw new PromqlSyntaxError('text without its closing quote', node.from);
    }
  });
}

function syntaxError(offset: number, text: string): PromqlSyntaxError {
  const rest = text.slice(offset).trimStart();
  const callee = /([A-Za-z_]\w*)\s*$/.exec(text.slice(0, offset));
  if (rest === '') {return new PromqlSyntaxError('unexpected end', text.length);}
  if (rest.startsWith('(') && callee) {return new PromqlSyntaxError(`unknown function '${callee[1]}'`, callee.index);}
  const [found] = /^(?:\w+|\S)/.exec(rest)!;
  return new PromqlSyntaxError(`unexpected '${found}'`, text.length - rest.length);
}

const FORMS: { [node: string]: Form } = {
  ParenExpr: Form.PARENTHESES,
  UnaryExpr: Form.SIGN,
  MatrixSelector: Form.RANGE,
  SubqueryExpr: Form.SUBQUERY,
  OffsetExpr: Form.MOVED,
  StepInvariantExpr: Form.MOVED,
  AnchoredExpr: Form.EXTRAPOLATION,
  SmoothedExpr: Form.EXTRAPOLATION,
};

class Reader {
  public constructor(private readonly text: string) {}

  public read(node: SyntaxNode): Expr {
    switch (node.name) {
      case 'VectorSelector': return this.selector(node);
      case 'AggregateExpr': return this.aggregation(node);
      case 'FunctionCall': return this.call(node);
      case 'BinaryExpr': return this.binary(node);
      case 'StringLiteral': return { kind: 'text', value: this.unquote(node), at: node.from };
      case 'NumberDurationLiteral': return { kind: 'constant', at: node.from };
      default: {
        const form = FORMS[node.name];
        return { kind: 'wrapper', form, inner: this.read(form === Form.SIGN ? node.lastChild! : node.firstChild!), at: node.from };
      }
    }
  }

  private selector(node: SyntaxNode): Selector {
    const source = this.written(node);
    const names: string[] = [];
    const labels: string[] = [];
    let matchesEmpty = true;
    const identifier = node.getChild('Identifier');
    if (identifier) {names.push(this.written(identifier));}
    for (const matcher of children(node.getChild('LabelMatchers'))) {
      if (matcher.name === 'QuotedLabelName') {
        names.push(this.unquote(matcher.firstChild!));
        continue;
      }
      const label = this.labelName(matcher.firstChild!);
      const operator = this.written(matcher.getChild('MatchOp')!);
      const value = this.unquote(matcher.lastChild!);
      matchesEmpty &&= passesEmpty(operator, value);
      if (label !== '__name__') {
        labels.push(label);
      } else if (operator === '=') {
        names.push(value);
      }
    }
    if (names.length > 1) {throw new PromqlSyntaxError(`two metric names, '${names[0]}' and '${names[1]}', in one selector`, node.from);}
    return { kind: 'selector', metricName: names[0], labels, matchesEmpty: matchesEmpty && names.length === 0, source, at: node.from };
  }

  private aggregation(node: SyntaxNode): Aggregation {
    const modifier = node.getChild('AggregateModifier');
    return {
      kind: 'aggregation',
      operator: this.written(node.getChild('AggregateOp')!).toLowerCase(),
      grouping: modifier ? this.grouping(modifier.firstChild!.name === 'By', modifier.getChild('GroupingLabels')) : undefined,
      args: this.args(node),
      at: node.from,
    };
  }

  private call(node: SyntaxNode): Call {
    return { kind: 'call', functionName: this.written(node.getChild('FunctionIdentifier')!), args: this.args(node), at: node.from };
  }

  private binary(node: SyntaxNode): Binary {
    const clause = node.getChild('MatchingModifierClause');
    const [matched, included] = clause ? clause.getChildren('GroupingLabels') : [];
    const many = clause?.getChild('GroupLeft') ? 'left' : clause?.getChild('GroupRight') ? 'right' : undefined;
    return {
      kind: 'binary',
      operator: this.written(node.firstChild!.nextSibling!).toLowerCase(),
      bool: node.getChild('BoolModifier') !== null,
      left: this.read(node.firstChild!),
      right: this.read(node.lastChild!),
      matching: clause ? this.grouping(clause.getChild('On') !== null, matched) : undefined,
      many,
      included: included ? this.grouping(true, included).labels : [],
      at: node.from,
    };
  }

  private args(node: SyntaxNode): Expr[] {
    return children(node.getChild('FunctionCallBody')).map((arg) => this.read(arg));
  }

  private grouping(keeps: boolean, labels: SyntaxNode | null): Grouping {
    return { keeps, labels: children(labels).map((label) => this.labelName(label)) };
  }

  private labelName(node: SyntaxNode): string {
    return node.name === 'QuotedLabelName' ? this.unquote(node.firstChild!) : this.written(node);
  }

  private unquote(node: SyntaxNode): string {
    const literal = this.written(node);
    const inner = literal.slice(1, -1);
    return literal.startsWith('`') ? inner : inner.replace(/\\(.)/g, '$1');
  }

  private written(node: SyntaxNode): string {
    return this.text.slice(node.from, node.to);
  }
}

/** Whether a matcher is true of a label that is not there. */
function passesEmpty(operator: string, value: string): boolean {
  switch (operator) {
    case '=': return value === '';
    case '!=': return value !== '';
    case '=~': return matchesNothing(value);
    default: return !matchesNothing(value);
  }
}

function matchesNothing(pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test('');
  } catch {
    // A pattern that only Prometheus' RE2 knows, such as one with flags.
    return false;
  }
}

function children(node: SyntaxNode | null): SyntaxNode[] {
  const all: SyntaxNode[] = [];
  for (let child = node?.firstChild; child; child = child.nextSibling) {
    all.push(child);
  }
  return all;
}
