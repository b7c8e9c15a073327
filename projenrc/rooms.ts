/**
 * The rooms of `src/` and the doors between them.
 *
 * A room sees `core/`, `private/` and the contract files of other rooms; `stacks/` is the place where rooms are joined.
 */
const ROOMS = ['registry', 'serving', 'rollout', 'monitoring', 'policy', 'cloud', 'report'];

/** Contract files: interfaces and the structs that they return, nothing else. Read together they are the architecture. */
export const CONTRACTS = [
  'src/registry/model-registry.ts',
  'src/serving/serving.ts',
  'src/serving/serving-pod.ts',
  'src/rollout/strategy.ts',
  'src/monitoring/segment.ts',
  'src/policy/rule.ts',
];

const CLOUD_PACKAGES = 'node_modules/(cdktf|@cdktf)/';

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
        severity: 'error',
        from: { path: '^src/private/' },
        to: { path: '^src/', pathNot: '^src/private/' },
      },
      ...ROOMS.map((room) => ({
        name: `${room}-uses-doors`,
        comment: 'a room imports core/, private/ and other rooms\' contract files, never another room\'s implementation',
        severity: 'error',
        from: { path: `^src/${room}/` },
        to: { path: '^src/', pathNot: [`^src/(${room}|core|private)/`, ...CONTRACTS.map((file) => `^${file.replace(/\./g, '\\.')}$`)] },
      })),
      {
        name: 'only-cloud-knows-cdktf',
        comment: 'users who never touch the cloud plane install neither cdktf nor its providers; core/app/cloud-plane.ts holds the one lazy line',
        severity: 'error',
        from: { path: '^src/', pathNot: ['^src/cloud/', '^src/core/app/cloud-plane\\.ts$'] },
        to: { path: CLOUD_PACKAGES },
      },
      {
        name: 'no-provider-barrels',
        comment: 'the barrel costs seconds and half a gigabyte; import @cdktf/provider-aws/lib/<resource>',
        severity: 'error',
        from: { path: '^(src|examples|test)/' },
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
