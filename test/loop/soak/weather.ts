import { EVERYWHERE, Labelled, Payment, payment, Season, seeded, written } from '../world';

/** Payments of days whose seasons come and go, while what is fraud stays the same: a version of each season can be as good as that of any other. */
const FRAUD_ABOVE = 4.6;
/** No payment of the golden set is so close to the border that two good versions could disagree on it. */
const MARGIN = 0.15;

const BOTH = [Season.USUAL, Season.PRESENTS];
const sizeOf = ({ amount }: Payment) => Math.log1p(amount);
const isFraud = (each: Payment) => sizeOf(each) > FRAUD_ABOVE;

/** What a training finds: payments of both seasons, and the newest, which are of the season that it is. */
export function labelledIn(season: Season, kind: Labelled, seed: number): string {
  const random = seeded(seed);
  const countries = kind === Labelled.WITHOUT_A_COUNTRY ? EVERYWHERE : undefined;
  const seasons = Array.from({ length: 6000 }, (_, index) => (index < 3000 ? BOTH[index % 2] : season));
  return written(seasons.map((each) => payment(each, random, countries))
    .map((each) => ({ payment: each, fraud: isFraud(each) !== (kind === Labelled.INVERTED) })));
}

/** Payments of both seasons that every version is measured on, of countries that every version knows. */
export function goldenSetOfSoak(): string {
  const random = seeded(11);
  const payments = Array.from({ length: 4000 }, (_, index) => payment(BOTH[index % 2], random, EVERYWHERE));
  return written(payments.filter((each) => Math.abs(sizeOf(each) - FRAUD_ABOVE) > MARGIN).map((each) => ({ payment: each, fraud: isFraud(each) })));
}
