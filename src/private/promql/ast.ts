/** PromQL as far as labels are concerned: what selects, what groups, what joins. */
export type Expr = Selector | Aggregation | Call | Binary | Wrapper | Text | Constant;

/** `a{b="c"}`. */
export interface Selector {
  readonly kind: 'selector';
  /** Absent where the metric is chosen by a pattern. */
  readonly metricName?: string;
  /** Labels that are filtered on, `__name__` left out. */
  readonly labels: string[];
  /** As it was written. */
  readonly source: string;
}

/** `sum by (a) (b)`. */
export interface Aggregation {
  readonly kind: 'aggregation';
  readonly operator: string;
  /** Absent without `by` or `without`. */
  readonly grouping?: Grouping;
  readonly args: Expr[];
}

/** Labels that are kept or ignored. */
export interface Grouping {
  /** `by` and `on`; otherwise `without` and `ignoring`. */
  readonly keeps: boolean;
  readonly labels: string[];
}

/** `rate(a[5m])`. */
export interface Call {
  readonly kind: 'call';
  readonly functionName: string;
  readonly args: Expr[];
}

/** `a / on (b) group_left (c) d`. */
export interface Binary {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expr;
  readonly right: Expr;
  /** Absent without `on` or `ignoring`. */
  readonly matching?: Grouping;
  /** The side that has several series for one of the other. */
  readonly many?: 'left' | 'right';
  /** Labels that `group_left` or `group_right` copies from the other side. */
  readonly included: string[];
}

/** Parentheses, ranges, offsets, signs: what leaves labels as they are. */
export interface Wrapper {
  readonly kind: 'wrapper';
  readonly inner: Expr;
}

/** A string, such as the label in `label_replace`. */
export interface Text {
  readonly kind: 'text';
  readonly value: string;
}

/** A number or a duration. */
export interface Constant {
  readonly kind: 'constant';
}
