/** The one object of a kind; an error where there is none or several. */
export function objectOf(manifests: any[], kind: string): any {
  const found = manifests.filter((manifest) => manifest.kind === kind);
  if (found.length !== 1) {
    throw new Error(`expected one ${kind}, found ${found.length} among ${manifests.map((manifest) => manifest.kind).join(', ')}`);
  }
  return found[0];
}

/** The kinds of all objects, in their order. */
export function kindsOf(manifests: any[]): string[] {
  return manifests.map((manifest) => manifest.kind);
}
