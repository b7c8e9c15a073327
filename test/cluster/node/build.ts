import { buildImages } from './images';
import { NodeParts } from './real-nodes';
import { BuildOptions, buildModules, collectDefinitions } from '../harness/build';
import { DEFINITIONS, GoModule, NAMES, NODE, PARTS } from '../harness/parts';

/** What runs beside real nodes: what takes decisions, and what it is told. */
const BESIDE_NODES = ['controlplane', 'rollouts', 'prometheus', 'scrape-config'];

/** Builds what real nodes need and the cache does not have. */
export async function buildNodeParts(options: BuildOptions, besides: GoModule[] = []): Promise<NodeParts> {
  const programs: { [name: string]: string } = {};
  const parts = [...PARTS.filter(({ name }) => BESIDE_NODES.includes(name)), NAMES, NODE, ...besides];
  const folders = await buildModules(parts, options);
  for (const part of parts) {
    part.programs.flatMap(({ binary, alsoCalled = [] }) => [binary, ...alsoCalled]).forEach((name) => (programs[name] = `${folders[part.name]}/${name}`));
  }
  return { programs, definitions: await collectDefinitions(DEFINITIONS, options), images: await buildImages(options) };
}
