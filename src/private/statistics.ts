/**
 * Value that a standard normal variable stays below with a probability: algorithm AS 241 (PPND16), exact to about 16 digits.
 *
 * @see https://doi.org/10.2307/2347330
 */
export function normalQuantile(probability: number): number {
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return q * ratio(CENTRE, r);
  }
  const r = Math.sqrt(-Math.log(Math.min(probability, 1 - probability)));
  return Math.sign(q) * (r <= 5 ? ratio(MIDDLE, r - 1.6) : ratio(TAIL, r - 5));
}

/** What a comparison of two samples has to show, and how sure it has to be. */
export interface Power {
  /** Probability to see an effect where there is none, on either side. */
  readonly significance: number;
  /** Probability to see the effect where there is one. */
  readonly power: number;
}

/**
 * Trials of each sample that it takes to tell two proportions apart.
 *
 * @see https://doi.org/10.1002/0471445428
 */
export function trialsForProportions(one: number, other: number, { significance, power }: Power): number {
  const mean = (one + other) / 2;
  const [alpha, beta] = [normalQuantile(1 - significance / 2), normalQuantile(power)];
  const spread = alpha * Math.sqrt(2 * mean * (1 - mean)) + beta * Math.sqrt(one * (1 - one) + other * (1 - other));
  return Math.ceil((spread / (one - other)) ** 2);
}

/** Trials of each sample that it takes to tell two means apart, whose values spread alike. */
export function trialsForMeans(difference: number, standardDeviation: number, { significance, power }: Power): number {
  const sum = normalQuantile(1 - significance / 2) + normalQuantile(power);
  return Math.ceil(2 * (sum * standardDeviation / difference) ** 2);
}

/** Two polynomials, lowest power first. */
type Ratio = readonly [readonly number[], readonly number[]];

const CENTRE: Ratio = [
  [
    3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
    67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  ],
  [
    1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077, 21213.794301586595867,
    39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
  ],
];
const MIDDLE: Ratio = [
  [
    1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
    1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 7.74545014278341407640e-4,
  ],
  [
    1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550, 0.148103976427480074590,
    0.0151986665636164571966, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
  ],
];
const TAIL: Ratio = [
  [
    6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 0.296560571828504891230,
    0.0265321895265761230930, 0.00124266094738807843860, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ],
  [
    1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525, 7.86869131145613259100e-4,
    1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
  ],
];

function ratio([numerator, denominator]: Ratio, r: number): number {
  return at(numerator, r) / at(denominator, r);
}

function at(coefficients: readonly number[], r: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * r + coefficient, 0);
}
