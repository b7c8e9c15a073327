import { section, table, text } from '../markdown';
import { ReportedAmount, ReportedWorkload, StackReportData } from '../report-data';
import { formatBytes, formatCpu } from '../units';

/** What the pods ask of the cluster, each and together. */
export function resourcesSection({ resources }: StackReportData): string | undefined {
  const { workloads, atLeast, atMost, duringRoll } = resources;
  const uncounted = workloads.some(({ maxPods }) => maxPods === undefined);
  return section('Requests and limits', workloads.length === 0 ? [] : [
    ...table(['', 'Pods', 'CPU', 'Memory', 'GPUs'], [
      ...workloads.map((workload) => [`${text(workload.workload)}, each pod`, podsOf(workload), ...cells(workload.eachPod)]),
      ...isSame(atLeast, atMost) ? [['**All**', '', ...cells(atMost)]] : [
        ['**All, at least**', '', ...cells(atLeast)],
        ['**All, at most**', '', ...cells(atMost)],
      ],
      ['**While new versions roll out**', '', ...cells(duringRoll)],
    ]),
    '',
    'Requests, with limits in brackets; "none" where a container has no limit.',
    ...uncounted ? ['Workloads whose number of pods is not in the manifest are not part of the sums.'] : [],
  ]);
}

function podsOf({ minPods, maxPods, rollPods }: ReportedWorkload): string {
  if (minPods === undefined || maxPods === undefined) {return 'not in the manifest';}
  const steady = minPods === maxPods ? `${minPods}` : `${minPods} to ${maxPods}`;
  return rollPods === maxPods ? steady : `${steady}, ${rollPods} in a roll`;
}

function isSame(a: ReportedAmount, b: ReportedAmount): boolean {
  return cells(a).join() === cells(b).join();
}

function cells(amount: ReportedAmount): string[] {
  return [
    `${formatCpu(amount.cpuRequest)} (${amount.cpuLimit === undefined ? 'none' : formatCpu(amount.cpuLimit)})`,
    `${formatBytes(amount.memoryRequest)} (${amount.memoryLimit === undefined ? 'none' : formatBytes(amount.memoryLimit)})`,
    `${amount.gpus}`,
  ];
}
