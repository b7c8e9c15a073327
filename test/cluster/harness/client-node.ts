import type * as ClientNode from '@kubernetes/client-node' with { 'resolution-mode': 'import' };

/** The client is an ES module; Jest rewrites it, and TypeScript has to be told. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
export const { KubeConfig }: typeof ClientNode = require('@kubernetes/client-node');
export type KubeConfig = ClientNode.KubeConfig;
