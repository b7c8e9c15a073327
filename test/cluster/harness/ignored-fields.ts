/** Fields of one object that whoever applies manifests leaves alone: an entry of Argo CD's `ignoreDifferences`. */
export interface IgnoredFields {
  readonly kind: string;
  readonly name: string;
  readonly jsonPointers?: string[];
  readonly jqPathExpressions?: string[];
}

/** A manifest as Argo CD applies it with `RespectIgnoreDifferences`: ignored fields keep the value that they have in the cluster. */
export function respecting(ignored: IgnoredFields[], manifest: any, live: any): any {
  const copy = JSON.parse(JSON.stringify(manifest));
  const mine = ignored.filter(({ kind, name }) => kind === manifest.kind && name === manifest.metadata.name);
  for (const { jsonPointers = [], jqPathExpressions = [] } of mine) {
    jsonPointers.forEach((pointer) => take(copy, live, pointer.split('/').slice(1)));
    jqPathExpressions.forEach((path) => take(copy, live, path.replace(/\[\]/g, '.[]').split('.').filter((part) => part !== '')));
  }
  return copy;
}

function take(to: any, from: any, [step, ...rest]: string[]): void {
  if (to === undefined || from === undefined) {return;}
  if (step === '[]') {
    to.forEach((item: any, i: number) => take(item, from[i], rest));
  } else if (rest.length === 0) {
    to[step] = from[step];
  } else {
    take(to[step], from[step], rest);
  }
}
