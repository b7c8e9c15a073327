import { writeFileSync } from 'fs';
import { join } from 'path';
import { Processes } from '../harness/processes';

/** Where pods ask for names: an address of the first node, as nobody runs the Service that clusters have for it. */
export const NAMES_AT = '10.99.0.1';

/** CoreDNS, which knows Services by their names. It says nothing of the world outside, as nothing leads there. */
export async function startNames(folder: string, coredns: string, kubeconfig: string, processes: Processes): Promise<void> {
  const file = join(folder, 'Corefile');
  writeFileSync(file, `.:53 {
  bind ${NAMES_AT}
  errors
  kubernetes cluster.local {
    kubeconfig ${kubeconfig}
    ttl 1
  }
  cache 1
}
`);
  processes.start('coredns', coredns, [`-conf=${file}`]);
}
