import { stringify } from 'yaml';
import { Answer } from './api-server';
import { Emitted } from './bundle';

/** What somebody who has to mend it needs: the server's words, the construct, the object. */
export function describeObject({ manifest, path }: Emitted, words: string): string {
  return [
    `${manifest.kind} ${manifest.metadata?.namespace ?? ''}/${manifest.metadata?.name}, made by ${path}`,
    ...words.split('\n').map((line) => `  ${line}`),
    stringify(manifest).trimEnd().replace(/^/gm, '  | '),
  ].join('\n');
}

/** What is wrong with an answer to an apply; nothing where it is as it should be. */
export function objectionsTo({ status, body, warnings }: Answer): string[] {
  return [
    ...(status === 200 || status === 201 ? [] : [`refused (${status}): ${body.message ?? body}`]),
    ...warnings.map((warning) => `warning: ${warning}`),
  ];
}
