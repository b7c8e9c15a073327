import { TRAINED } from '../workspace';

/** A file or folder that is handed from step to step. */
export interface HandedOver {
  readonly name: string;
  readonly path: string;
  readonly optional?: boolean;
}

/** What a training leaves for the registration. A program that writes no reference has none. */
export const HANDED_OVER: HandedOver[] = [
  { name: 'model', path: TRAINED.model },
  { name: 'metrics', path: TRAINED.metrics },
  { name: 'architecture', path: TRAINED.architecture },
  { name: 'reference', path: TRAINED.reference, optional: true },
];
