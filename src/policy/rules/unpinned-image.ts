import { FindingSeverity } from '../../core/findings';
import { IPolicyRule, PolicyFinding } from '../rule';
import { imagesOf } from './images';

/** What runs must be what was scanned and signed: an image is named by its digest. */
export class UnpinnedImage implements IPolicyRule {
  public readonly ruleId = 'supply-chain/unpinned-image';
  public readonly severity = FindingSeverity.ERROR;

  public check(manifest: any): PolicyFinding[] {
    return imagesOf(manifest)
      .filter(({ image }) => !/@sha256:[0-9a-f]{64}$/.test(image))
      .map(({ where, image }) => ({
        message: `${where} names '${image}' without a digest, so what runs can change without a commit`,
        remedy: 'use ImageRef.fromDigest()',
      }));
  }
}
