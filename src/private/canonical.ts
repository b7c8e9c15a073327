const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/**
 * A quantity as Kubernetes itself writes it: `6144Mi` is `6Gi`, `1000m` is `1`.
 *
 * @see https://pkg.go.dev/k8s.io/apimachinery/pkg/api/resource#Quantity
 */
export function canonicalQuantity(quantity: string): string {
  const binary = quantity.match(/^([0-9]+)(Ki|Mi|Gi|Ti|Pi)$/);
  if (binary) {
    let [mantissa, unit] = [Number(binary[1]), BINARY.indexOf(binary[2])];
    while (mantissa > 0 && mantissa % 1024 === 0 && unit < BINARY.length - 1) {
      [mantissa, unit] = [mantissa / 1024, unit + 1];
    }
    return `${mantissa}${BINARY[unit]}`;
  }
  const millis = quantity.match(/^([0-9]+)m$/);
  return millis && Number(millis[1]) % 1000 === 0 ? `${Number(millis[1]) / 1000}` : quantity;
}

/**
 * A pod template as a controller in Go writes it back: quantities in canonical form, no field whose value is the one that means nothing.
 *
 * A custom resource is stored as it was sent, and a controller that updates it writes every field anew. Whoever applies the manifest again, as a
 * GitOps controller does, would then change it back, and each would see the other's hand for ever.
 */
export function canonicalPodTemplate(template: any): any {
  const { hostNetwork, ...spec } = template.spec;
  return {
    ...template,
    spec: {
      ...spec,
      ...hostNetwork ? { hostNetwork } : {},
      containers: spec.containers.map(canonicalContainer),
      initContainers: spec.initContainers?.map(canonicalContainer),
      volumes: spec.volumes?.map(canonicalVolume),
    },
  };
}

function canonicalContainer(container: any): any {
  const { requests, limits, ...others } = container.resources ?? {};
  return {
    ...container,
    ports: container.ports?.map((port: any) => ({ protocol: 'TCP', ...port })),
    resources: container.resources && { ...others, requests: quantities(requests), limits: quantities(limits) },
  };
}

function canonicalVolume(volume: any): any {
  const { emptyDir } = volume;
  return emptyDir?.sizeLimit === undefined ? volume : { ...volume, emptyDir: { ...emptyDir, sizeLimit: canonicalQuantity(emptyDir.sizeLimit) } };
}

function quantities(resources: { [name: string]: any } | undefined): { [name: string]: any } | undefined {
  return resources && Object.fromEntries(Object.entries(resources)
    .map(([name, quantity]) => [name, typeof quantity === 'string' ? canonicalQuantity(quantity) : quantity === undefined ? undefined : `${quantity}`]));
}
