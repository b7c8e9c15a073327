/** A command of the image of a training. */
export interface ProgramStep {
  readonly name: string;
  readonly command: string[];
}

export const VALIDATE = 'validate-data';
export const TRAIN = 'train';
export const TEST = 'test-model';
