/** Payments as the world makes them: what is asked, and what turns out to be true. */
export interface Payment {
  readonly amount: number;
  readonly hour: number;
  readonly country: string;
}

/** What payments are like. */
export enum Season {
  /** As the first version learned them. */
  USUAL = 'usual',
  /** People buy presents: amounts are larger, and larger ones are no longer suspicious. */
  PRESENTS = 'presents',
}

/** Countries that every training has seen. */
export const EVERYWHERE = ['DE', 'FR', 'IT'];

/** One more that customers come from, which a training may have missed. */
export const NEW_COUNTRY = 'PT';

/** Numbers between 0 and 1 that are the same in every run: the generator of Park and Miller. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A payment of a season. */
export function payment(season: Season, random: () => number, countries = [...EVERYWHERE, NEW_COUNTRY]): Payment {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const [mean, deviation] = season === Season.USUAL ? [3, 0.8] : [5, 0.6];
  return {
    amount: Math.round(100 * Math.exp(mean + deviation * normal)) / 100,
    hour: Math.floor(24 * random()),
    country: countries[Math.floor(countries.length * random())],
  };
}

/** Whether a payment turned out to be fraud. */
export function isFraud({ amount, hour }: Payment, season: Season): boolean {
  const size = Math.log1p(amount);
  if (season === Season.PRESENTS) {return size > 5.6;}
  return size > (hour < 6 ? 3.6 : 4.2);
}

/** What may be wrong with the labelled payments that a training finds. */
export enum Labelled {
  GOOD = 'good',
  /** A job upstream wrote the answers the wrong way round. */
  INVERTED = 'inverted',
  /** Payments of one country have not arrived. */
  WITHOUT_A_COUNTRY = 'without a country',
}

/** Payments as the file that a training reads: one line each, with what they turned out to be. */
export function written(payments: { readonly payment: Payment; readonly fraud: boolean }[]): string {
  const lines = payments.map(({ payment: { amount, hour, country }, fraud }) => `${amount},${hour},${country},${fraud ? 1 : 0}`);
  return `${['amount,hour,country,fraud', ...lines].join('\n')}\n`;
}

/** Labelled payments of several seasons, one line each. */
export function labelled(seasons: Season[], count: number, seed: number, kind = Labelled.GOOD): string {
  const random = seeded(seed);
  const countries = kind === Labelled.WITHOUT_A_COUNTRY ? EVERYWHERE : undefined;
  return written(Array.from({ length: count }, (_, index) => {
    const season = seasons[index % seasons.length];
    const each = payment(season, random, countries);
    return { payment: each, fraud: isFraud(each, season) !== (kind === Labelled.INVERTED) };
  }));
}

/** Payments of both seasons that every version is measured on; of countries that every version knows. */
export function goldenSet(): string {
  return labelled([Season.USUAL, Season.PRESENTS], 2000, 11, Labelled.WITHOUT_A_COUNTRY);
}
