import { join } from 'path';

/** A program that a Go module is built into. */
export interface Program {
  readonly binary: string;
  readonly package: string;
  /** Names that the binary is also called by, where it picks what it does by its name. */
  readonly alsoCalled?: string[];
}

/** What is copied out of a module that the programs are built from. */
export interface CopiedFiles {
  readonly module: string;
  /** Files and folders inside the module. */
  readonly from: string[];
  /** One YAML file that holds all of them. */
  readonly to: string;
}

/** What is built differently than a module has it. */
export interface Patch {
  readonly module: string;
  readonly file: string;
  /** Words of the file, and what stands there instead. */
  readonly replace?: string;
  readonly by?: string;
  /** File of the module that it is a copy of. */
  readonly copyOf?: string;
}

/** A Go module of ours that names real programs in pinned versions. */
export interface GoModule {
  readonly name: string;
  readonly programs: Program[];
  readonly ldflags?: string;
  readonly tags?: string;
  readonly copied?: CopiedFiles[];
  readonly patch?: Patch;
  readonly borrowed?: BorrowedFiles;
}

/** Files of another module of ours that are compiled as if they stood in this one. */
export interface BorrowedFiles {
  readonly from: string;
  readonly files: string[];
}

/** Folder of the modules. */
export const MODULES = join(__dirname, '..', 'modules');

const KUBERNETES = 'v1.34.10';
const KUBERNETES_VERSION = [
  ['k8s.io/component-base/version', 'gitVersion', KUBERNETES],
  ['k8s.io/component-base/version', 'gitMajor', '1'],
  ['k8s.io/component-base/version', 'gitMinor', '34'],
  ['k8s.io/component-base/version', 'gitTreeState', 'clean'],
  ['k8s.io/client-go/pkg/version', 'gitVersion', KUBERNETES],
  ['k8s.io/client-go/pkg/version', 'gitMajor', '1'],
  ['k8s.io/client-go/pkg/version', 'gitMinor', '34'],
].map(([name, variable, value]) => `-X ${name}.${variable}=${value}`).join(' ');

/** The parts that a suite of simulated nodes needs, the slowest first. */
export const PARTS: GoModule[] = [
  {
    name: 'controlplane',
    programs: [{
      binary: 'controlplane',
      package: '.',
      alsoCalled: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'],
    }],
    ldflags: KUBERNETES_VERSION,
  },
  {
    name: 'rollouts',
    programs: [
      { binary: 'rollouts-controller', package: 'github.com/argoproj/argo-rollouts/cmd/rollouts-controller' },
      { binary: 'kubectl-argo-rollouts', package: '.' },
    ],
    ldflags: '-X github.com/argoproj/argo-rollouts/utils/version.version=v1.10.1',
    // the controller has no flag for the address that it listens on
    patch: { module: 'github.com/argoproj/argo-rollouts', file: 'controller/controller.go', replace: '"0.0.0.0:%d"', by: '"127.0.0.1:%d"' },
  },
  {
    name: 'kwok',
    programs: [{ binary: 'kwok', package: 'sigs.k8s.io/kwok/cmd/kwok' }],
    // without stages it refuses to start
    copied: [{
      module: 'sigs.k8s.io/kwok',
      from: ['kustomize/stage/node/fast', 'kustomize/stage/node/heartbeat-with-lease', 'kustomize/stage/pod/fast'],
      to: 'stages.yaml',
    }],
  },
  {
    name: 'prometheus',
    programs: [
      { binary: 'prometheus', package: 'github.com/prometheus/prometheus/cmd/prometheus' },
      { binary: 'promtool', package: 'github.com/prometheus/prometheus/cmd/promtool' },
    ],
    tags: 'remove_all_sd,enable_kubernetes_sd',
    ldflags: '-X github.com/prometheus/common/version.Version=3.15.0',
  },
  {
    name: 'oracle',
    programs: [{ binary: 'oracle', package: '.' }],
  },
  {
    name: 'oracle-istio',
    programs: [{ binary: 'oracle-istio', package: '.' }],
  },
  {
    name: 'scrape-config',
    programs: [{ binary: 'scrape-config', package: '.' }],
  },
  {
    // KServe's pins fit neither those of Argo Rollouts nor Kubernetes' own; what it needs of Knative is part of them
    name: 'oracle-serving',
    programs: [{ binary: 'oracle-serving', package: '.' }, { binary: 'kserve-manager', package: 'github.com/kserve/kserve/cmd/manager' }],
    // the manager has no flag for the address that its webhooks listen on
    patch: { module: 'github.com/kserve/kserve', file: 'cmd/manager/main.go', replace: 'Port: options.webhookPort,', by: 'Host: "127.0.0.1", Port: options.webhookPort,' },
    borrowed: { from: 'oracle', files: ['main.go', 'judges.go', 'manifests.go'] },
    copied: [
      { module: 'github.com/kserve/kserve', from: ['config/configmap/inferenceservice.yaml'], to: 'inferenceservice-config.yaml' },
      // what it fetches models with
      { module: 'github.com/kserve/kserve', from: ['config/storagecontainers/default.yaml'], to: 'storage-container.yaml' },
    ],
  },
  {
    // the pins of Argo Workflows fit none of the others
    name: 'oracle-workflows',
    programs: [{ binary: 'oracle-workflows', package: '.' }],
    borrowed: { from: 'oracle', files: ['main.go', 'judges.go', 'manifests.go'] },
  },
];

/** What a real node runs beside containerd. */
export const NODE: GoModule = { name: 'node', programs: [{ binary: 'node', package: '.', alsoCalled: ['kubelet', 'kube-proxy'] }], ldflags: KUBERNETES_VERSION };

/** The controller of Argo Workflows, and what it puts beside the containers of its steps. */
export const WORKFLOWS: GoModule = {
  name: 'workflows',
  programs: ['workflow-controller', 'argoexec'].map((name) => ({ binary: name, package: `github.com/argoproj/argo-workflows/v3/cmd/${name}` })),
  // the module has what signals are for two other systems
  patch: {
    module: 'github.com/argoproj/argo-workflows/v3',
    file: 'workflow/executor/osspecific/signal_linux.go',
    copyOf: 'workflow/executor/osspecific/signal_darwin.go',
  },
};

/** What the controller of Argo Workflows asks for besides what the library makes. */
export const WORKFLOW_DEFINITIONS: Definitions[] = [{
  module: 'github.com/argoproj/argo-workflows/v3',
  version: 'v3.7.3',
  sum: 'h1:b0o03RTLXIL7lQunDEvLoDTeI5TbfXe2obGaItvvifk=',
  folder: 'manifests/base/crds/minimal',
  files: ['workflowtaskresults', 'workflowtasksets', 'workflowartifactgctasks', 'clusterworkflowtemplates', 'workfloweventbindings'].map((kind) => `argoproj.io_${kind}.yaml`),
}];

/** Names of Services. */
export const NAMES: GoModule = { name: 'names', programs: [{ binary: 'coredns', package: '.' }] };

/** A place that jobs push their numbers to; its pins fit none of the others. */
export const PUSHGATEWAY: GoModule = { name: 'pushgateway', programs: [{ binary: 'pushgateway', package: 'github.com/prometheus/pushgateway' }] };

/** CustomResourceDefinitions of one release of a controller. */
export interface Definitions {
  readonly module: string;
  readonly version: string;
  /** Hash of the module, as in a go.sum. */
  readonly sum: string;
  readonly folder: string;
  readonly files: string[];
  /** Names of those that are wanted, where one file has many. */
  readonly only?: string[];
}

/** CRDs of everything that the library can emit, and of the controllers that run here; no others, as each costs memory of the API server. */
export const DEFINITIONS: Definitions[] = [
  {
    module: 'github.com/argoproj/argo-rollouts',
    version: 'v1.10.1',
    sum: 'h1:6oyVPGiHHxu3ixkT6mngemh88HLPDoTX1IwO6KNR1Y4=',
    folder: 'manifests/crds',
    files: ['rollout-crd.yaml', 'experiment-crd.yaml', 'analysis-run-crd.yaml', 'analysis-template-crd.yaml', 'cluster-analysis-template-crd.yaml'],
  },
  {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.93.0',
    sum: 'h1:AohlYJT+En8TmNpAcEUJ3GsaJTAqfEBwHmGTVpRm/Io=',
    folder: 'example/prometheus-operator-crd',
    files: ['podmonitors', 'prometheusrules', 'alertmanagerconfigs'].map((kind) => `monitoring.coreos.com_${kind}.yaml`),
  },
  {
    module: 'github.com/kedacore/keda/v2',
    version: 'v2.21.0',
    sum: 'h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=',
    folder: 'config/crd/bases',
    files: ['keda.sh_scaledobjects.yaml'],
  },
  {
    module: 'istio.io/api',
    version: 'v1.30.1',
    sum: 'h1:RJM0mxLzaoIA0wvd+xNoPL1H5hCntKovrIFSRIyhtTw=',
    folder: 'kubernetes',
    files: ['customresourcedefinitions.gen.yaml'],
    only: ['peerauthentications.security.istio.io'],
  },
  {
    module: 'github.com/external-secrets/external-secrets',
    version: 'v1.3.2',
    sum: 'h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=',
    folder: 'config/crds/bases',
    files: ['external-secrets.io_externalsecrets.yaml'],
  },
  {
    module: 'istio.io/api',
    version: 'v1.31.1',
    sum: 'h1:5Yb5ihcz4YQsCkciusK7DnFpBMwRB6EFWeUKH1Atuyk=',
    folder: 'kubernetes',
    files: ['customresourcedefinitions.gen.yaml'],
  },
  {
    module: 'github.com/grafana/grafana-operator/v5',
    version: 'v5.24.0',
    sum: 'h1:7NvVn7J7hknBBWte99giWEK4TV5qYfZdvDIW8WeU3oU=',
    folder: 'config/crd/bases',
    files: ['grafana.integreatly.org_grafanadashboards.yaml'],
  },
  {
    module: 'sigs.k8s.io/gateway-api',
    version: 'v1.6.3',
    sum: 'h1:lKpJa5bGlraC/QeACvCpsHLdmO6y0iKfzVl6gzaFEYc=',
    folder: 'config/crd/standard',
    files: ['gateways', 'httproutes', 'referencegrants'].map((kind) => `gateway.networking.k8s.io_${kind}.yaml`),
  },
  {
    module: 'github.com/cert-manager/cert-manager',
    version: 'v1.21.2',
    sum: 'h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=',
    folder: 'deploy/crds',
    files: ['cert-manager.io_certificates.yaml'],
  },
  {
    module: 'github.com/kserve/kserve',
    version: 'v0.20.0',
    sum: 'h1:Bs7HxmGV4KFqqptDcWseKv+mwD4YOYHJWcuVgPG2Gug=',
    folder: 'config/crd/full',
    files: ['inferenceservices', 'inferencegraphs'].map((kind) => `serving.kserve.io_${kind}.yaml`),
  },
  {
    // the manager asks for these kinds, too, of which nobody makes any
    module: 'github.com/kserve/kserve',
    version: 'v0.20.0',
    sum: 'h1:Bs7HxmGV4KFqqptDcWseKv+mwD4YOYHJWcuVgPG2Gug=',
    folder: 'config/crd/minimal',
    files: ['clusterservingruntimes', 'servingruntimes', 'trainedmodels'].map((kind) => `serving.kserve.io_${kind}.yaml`),
  },
  {
    module: 'github.com/kserve/kserve',
    version: 'v0.20.0',
    sum: 'h1:Bs7HxmGV4KFqqptDcWseKv+mwD4YOYHJWcuVgPG2Gug=',
    folder: 'config/crd/minimal/clusterstoragecontainer',
    files: ['serving.kserve.io_clusterstoragecontainers.yaml'],
  },
  {
    // without schemas: the oracle reads them as strictly, and the full ones cost the API server half a gigabyte
    module: 'github.com/argoproj/argo-workflows/v3',
    version: 'v3.7.3',
    sum: 'h1:b0o03RTLXIL7lQunDEvLoDTeI5TbfXe2obGaItvvifk=',
    folder: 'manifests/base/crds/minimal',
    files: ['workflows', 'workflowtemplates', 'cronworkflows'].map((kind) => `argoproj.io_${kind}.yaml`),
  },
  {
    module: 'github.com/kubeflow/trainer/v2',
    version: 'v2.3.0',
    sum: 'h1:Je+e7zvTLzB4qW09J1fB7pZrqvPtWuGng2NqdN5p5QU=',
    folder: 'manifests/base/crds',
    files: ['trainjobs', 'trainingruntimes'].map((kind) => `trainer.kubeflow.org_${kind}.yaml`),
  },
  {
    module: 'knative.dev/serving',
    version: 'v0.51.0',
    sum: 'h1:yN2Q7eYqJgoPfZkATjoBZyGbZ2P1Qhns9HIMU4mF+to=',
    folder: 'config/core/300-resources',
    files: ['service.yaml'],
  },
];
