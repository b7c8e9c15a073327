/**
 * The rooms of `src/` and the doors between them.
 *
 * Every folder of `src/` is a room. A room sees `core/`, `private/` and the contract files of other rooms; `stacks/` is the place where
 * rooms are joined. `test/rooms.test.ts` shows each rule a tree that breaks it.
 */

/** Contract files: interfaces and the structs that they return, nothing else. Read together they are the architecture. */
export const CONTRACTS = [
  'src/registry/model-registry.ts',
  'src/serving/serving.ts',
  'src/serving/serving-pod.ts',
  'src/serving/sidecar.ts',
  'src/serving/traffic-router.ts',
  'src/serving/request-split.ts',
  'src/rollout/strategy.ts',
  'src/rollout/rollout.ts',
  'src/rollout/staged-serving.ts',
  'src/rollout/rollback-term.ts',
  'src/rollout/guardrail.ts',
  'src/monitoring/segment.ts',
  'src/monitoring/panel.ts',
  'src/monitoring/alert-rule.ts',
  'src/policy/rule.ts',
  'src/training/pipeline.ts',
  'src/training/gate.ts',
  'src/drift/detector.ts',
  'src/drift/response.ts',
];

/** The one file outside `cloud/` that may load cdktf, at the moment when somebody uses it. */
const LAZY_LINE = '^src/core/app/cloud-plane\\.ts$';

/** Rules for dependency-cruiser. */
export function roomRules(): object {
  return {
    forbidden: [
      { name: 'no-import-cycles', severity: 'error', from: {}, to: { circular: true } },
      {
        name: 'core-stands-alone',
        comment: 'core/ holds plain values that everybody speaks; it knows no room',
        severity: 'error',
        from: { path: '^src/core/' },
        to: { path: '^src/', pathNot: '^src/(core|private)/' },
      },
      {
        name: 'private-stands-alone',
        comment: 'private/ serves every room and knows none',
        severity: 'error',
        from: { path: '^src/private/' },
        to: { path: '^src/', pathNot: '^src/private/' },
      },
      {
        name: 'rooms-use-doors',
        comment: 'a room imports core/, private/ and other rooms\' contract files, never another room\'s implementation',
        severity: 'error',
        from: { path: '^src/([^/]+)/', pathNot: '^src/(core|private|stacks)/' },
        to: { path: '^src/', pathNot: ['^src/($1|core|private)/', ...CONTRACTS.map((file) => `^${file.replace(/\./g, '\\.')}$`)] },
      },
      {
        name: 'only-cloud-knows-cdktf',
        comment: 'users who never touch the cloud plane install neither cdktf nor its providers',
        severity: 'error',
        from: { path: '^src/', pathNot: ['^src/cloud/', LAZY_LINE] },
        to: { path: ['node_modules/(cdktf|@cdktf)/', '^(cdktf|@cdktf)(/|$)'] },
      },
      {
        name: 'no-provider-barrels',
        comment: 'the barrel costs seconds and half a gigabyte; import @cdktf/provider-aws/lib/<resource>',
        severity: 'error',
        from: { path: '^(src|examples|test|bench)/' },
        to: { path: 'node_modules/@cdktf/provider-[^/]+/lib/index\\.' },
      },
    ],
    options: {
      doNotFollow: { path: 'node_modules' },
      tsPreCompilationDeps: true,
      tsConfig: { fileName: 'tsconfig.json' },
      enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default'] },
    },
  };
}
