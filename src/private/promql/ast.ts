/** PromQL as far as labels are concerned: what selects, what groups, what joins. */
export type Expr = Selector | Aggregation | Call | Binary | Wrapper | Text | Constant;

/** What every part of an expression has. */
export interface Located {
  /** Offset of its first character. */
  readonly at: number;
}

/** `a{b="c"}`. */
export interface Selector extends Located {
  readonly kind: 'selector';
  /** Absent where the metric is chosen by a pattern. */
  readonly metricName?: string;
  /** Labels that are filtered on, `__name__` left out. */
  readonly labels: string[];
  /** Whether its filters would let a series without any label pass. */
  readonly matchesEmpty: boolean;
  /** As it was written. */
  readonly source: string;
}

/** `sum by (a) (b)`. */
export interface Aggregation extends Located {
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
export interface Call extends Located {
  readonly kind: 'call';
  readonly functionName: string;
  readonly args: Expr[];
}

/** `a / on (b) group_left (c) d`. */
export interface Binary extends Located {
  readonly kind: 'binary';
  readonly operator: string;
  /** Whether a comparison answers 0 or 1 instead of filtering. */
  readonly bool: boolean;
  readonly left: Expr;
  readonly right: Expr;
  /** Absent without `on` or `ignoring`. */
  readonly matching?: Grouping;
  /** The side that has several series for one of the other. */
  readonly many?: 'left' | 'right';
  /** Labels that `group_left` or `group_right` copies from the other side. */
  readonly included: string[];
}

/** How one expression stands in another. */
export enum Form {
  PARENTHESES = '(a)',
  SIGN = '-a',
  RANGE = 'a[5m]',
  SUBQUERY = 'a[5m:]',
  /** Offset and `@`. The grammar binds them to everything before: in `a / b offset 5m`, to the division. */
  MOVED = 'a offset 5m',
  EXTRAPOLATION = 'a[5m] anchored',
}

/** Parentheses, ranges, offsets, signs: what leaves labels as they are. */
export interface Wrapper extends Located {
  readonly kind: 'wrapper';
  readonly form: Form;
  readonly inner: Expr;
}

/** A string, such as the label in `label_replace`. */
export interface Text extends Located {
  readonly kind: 'text';
  readonly value: string;
}

/** A number or a duration. */
export interface Constant extends Located {
  readonly kind: 'constant';
}
