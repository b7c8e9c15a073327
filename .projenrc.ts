import { cdk, javascript, JsonFile } from 'projen';
import { configureLint } from './projenrc/lint';
import { configureTasks } from './projenrc/tasks';

/**
 * The lock file is committed, so these are ranges of major versions; what a build really uses stands in `package-lock.json`.
 * Peers and their development twins carry the lowest version of the range that the library supports.
 */
const project = new cdk.JsiiProject({
  name: 'cdk8s-mlops',
  description: 'Typed constructs that compose a production MLOps platform on Kubernetes',
  author: 'cdk8s-mlops authors',
  authorAddress: 'authors@cdk8s-mlops.dev',
  repositoryUrl: 'https://github.com/cdk8s-mlops/cdk8s-mlops.git',
  license: 'Apache-2.0',
  keywords: ['cdk8s', 'cdktf', 'constructs', 'jsii', 'kubernetes', 'mlops', 'argo-rollouts', 'kserve', 'mlflow'],
  defaultReleaseBranch: 'main',
  projenrcTs: true,
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.0.0',
  jsiiVersion: '~6.0.0',
  publishToPypi: { distName: 'cdk8s-mlops', module: 'cdk8s_mlops' },
  publishToMaven: { javaPackage: 'io.github.cdk8smlops', mavenGroupId: 'io.github.cdk8s-mlops', mavenArtifactId: 'cdk8s-mlops' },
  publishToNuget: { dotNetNamespace: 'Cdk8sMlops', packageId: 'Cdk8sMlops' },
  publishToGo: { moduleName: 'github.com/cdk8s-mlops/cdk8s-mlops-go' },

  peerDeps: ['cdk8s@^2.70.106', 'cdk8s-plus-28@^2.5.6', 'constructs@^10.4.2'],
  bundledDeps: ['croner@^11', 'yaml', '@prometheus-io/lezer-promql', '@lezer/lr', '@lezer/highlight', '@lezer/common'],
  devDeps: [
    'cdktf@0.21.0',
    '@cdktf/provider-aws@21.22.1',
    '@cdktf/provider-helm@12.1.2',
    'cdk8s-cli@^2.207.60',
    'dependency-cruiser@^17',
    'fast-check@^4',
    'jest@^30',
    'p-limit@^3',
    'ts-jest@^29',
    '@types/jest@^30',
    'typescript@~6.0.0',
    '@types/node@^20',
    'jsii-rosetta@~6.0.0',
    '@kubernetes/client-node@1.4.0',
  ],

  jestOptions: {
    jestVersion: '^30',
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    jestConfig: {
      coverageProvider: 'babel',
      coverageThreshold: { lines: 95, branches: 95 },
      moduleNameMapper: { '^cdk8s-mlops$': '<rootDir>/src' },
      collectCoverageFrom: ['src/**/*.ts', '!src/index.ts'],
    },
  },
  tsconfigDev: { include: ['../examples/**/*.ts', '../bench/**/*.ts'] },
  eslintOptions: { dirs: ['src'], devdirs: ['test', 'examples', 'bench', 'projenrc'], prettier: false, commandOptions: { fix: false, extraArgs: ['--max-warnings', '0'] } },
  docgen: true,
  depsUpgrade: false,
  github: false,
  release: false,
  pullRequestTemplate: false,
  gitignore: ['/node_modules', '/.jsii.tabl.json', '/examples/*/dist/', '/examples/*/mlops.out/', '/coverage/', '/loop-run/', '/test-reports/', '__pycache__/', '/runtime/.*_cache/', '/runtime/.hypothesis/', '/runtime/.coverage', '.DS_Store'],
});

for (const folder of ['bench', 'examples', 'docs', 'loop-run', 'projenrc', 'runtime/tests', 'tools', '.ci']) {
  project.npmignore!.exclude(`/${folder}/`);
}
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
project.package.addField('exports', {
  '.': { types: './lib/index.d.ts', default: './lib/index.js' },
  './package.json': './package.json',
  './.jsii': './.jsii',
  './.warnings.jsii.js': './.warnings.jsii.js',
});
project.package.addField('overrides', { 'unrs-resolver': '1.12.2' });
// examples are compiled as their users would, by ts-node in their own folders
new JsonFile(project, 'examples/tsconfig.json', {
  obj: { extends: '../tsconfig.json', compilerOptions: { noEmit: true, rootDir: '..', isolatedModules: true, types: ['node', 'jest'] }, include: ['**/*.ts'] },
  marker: false,
});
configureLint(project);
configureTasks(project);
const manifest = project.tryFindObjectFile('package.json')!;
manifest.addOverride('jest.testMatch', ['<rootDir>/test/**/*.test.ts', '<rootDir>/examples/*/main.test.ts']);
manifest.addOverride('jest.testPathIgnorePatterns', ['/node_modules/', '<rootDir>/test/cluster/', '<rootDir>/test/kubeflow/', '<rootDir>/test/loop/', '<rootDir>/test/mlflow/', '<rootDir>/test/terraform/']);
manifest.addOverride('jest.collectCoverage', false);
manifest.addOverride('jest.maxWorkers', '100%');
manifest.addOverride('jest.reporters', ['default', ['jest-junit', { outputDirectory: 'test-reports', reportTestSuiteErrors: 'true', suiteNameTemplate: '{filepath}' }]]);
manifest.addOverride('jest.coverageReporters', ['text-summary', 'lcov']);
project.synth();
