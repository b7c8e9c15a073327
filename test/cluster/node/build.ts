import { buildImages } from './images';
import { NodeParts } from './real-nodes';
import { BuildOptions, buildModule, collectDefinitions } from '../harness/build';
import { DEFINITIONS, NODE, PARTS } from '../harness/parts';

/** Builds what real nodes need and the cache does not have. */
export async function buildNodeParts(options: BuildOptions): Promise<NodeParts> {
  const programs: { [name: string]: string } = {};
  for (const part of [PARTS.find(({ name }) => name === 'controlplane')!, NODE]) {
    const folder = await buildModule(part, options);
    part.programs.flatMap(({ alsoCalled = [] }) => alsoCalled).forEach((name) => (programs[name] = `${folder}/${name}`));
  }
  return { programs, definitions: await collectDefinitions(DEFINITIONS, options), images: await buildImages(options) };
}
