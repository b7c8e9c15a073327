import { refusal } from './refusals';
import { ErrorCase } from '../../support/error-case';

const ofPod = (id: string, when: string, fields: object, sentence: string) =>
  refusal(id, when, ({ rollout }) => Object.assign(rollout.spec.template.spec, fields), sentence);
const ofContainer = (id: string, when: string, fields: object, sentence: string) =>
  refusal(id, when, ({ rollout }) => Object.assign(rollout.spec.template.spec.containers[0], fields), sentence);
const mounted = (id: string, when: string, fields: object, sentence: string) => refusal(id, when, ({ rollout: { spec: { template: { spec } } } }) => {
  spec.volumes = [{ name: 'cache' }];
  spec.containers[0].volumeMounts = [{ name: 'cache', mountPath: '/cache', ...fields }];
}, sentence);
const requiredTerms = (nodeSelectorTerms: object[]) =>
  ({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } });

export const cases: ErrorCase[] = [
  ofContainer('kubernetes/resource-name', 'a device without a domain', { resources: { limits: { gpu: 1 } } },
    "'spec.template.spec.containers[0].resources.limits' must be cpu, memory, ephemeral-storage, hugepages-<size>, or '<domain>/<name>', got 'gpu'; change the name"),
  ofContainer('kubernetes/part-of-a-device', 'half a device', { resources: { limits: { 'nvidia.com/gpu': '500m' } } },
    "'spec.template.spec.containers[0].resources.limits' must be whole, got '500m'; ask for whole ones"),
  ofContainer('kubernetes/device-limit', 'a device that is requested only', { resources: { requests: { 'nvidia.com/gpu': 1 } } },
    "'spec.template.spec.containers[0].resources.limits.nvidia.com/gpu' must be given, and what is requested (1); give it in 'limits' only"),
  ofContainer('kubernetes/huge-pages-alone', 'huge pages and nothing else', { resources: { limits: { 'hugepages-2Mi': '4Mi' } } },
    "'spec.template.spec.containers[0].resources' must have cpu or memory beside huge pages; add them"),
  ofPod('kubernetes/node-selector', 'nodes by a label that none has', { nodeSelector: { 'bad key': 'a' } },
    "'spec.template.spec.nodeSelector' must have keys and values of at most 63 letters, digits, '-', '_' and '.', starting and ending with a letter or digit, got 'bad key: a'; name labels of nodes"),
  ofPod('kubernetes/toleration', 'a toleration of a key that is none', { tolerations: [{ key: 'bad key', operator: 'Exists' }] },
    "'spec.template.spec.tolerations[0].key' must be the key of a taint, got 'bad key'; change the key"),
  ofPod('kubernetes/toleration', 'a toleration of nothing', { tolerations: [{ value: 'a' }] },
    "'spec.template.spec.tolerations[0].operator' must be 'Exists' without a key, got ''; name the key of the taint"),
  ofPod('kubernetes/toleration', 'an operator that nobody knows', { tolerations: [{ key: 'gpu', operator: 'Near' }] },
    "'spec.template.spec.tolerations[0].operator' must be 'Equal' or 'Exists', got 'Near'; use one of them"),
  ofPod('kubernetes/toleration', 'a value that nobody compares', { tolerations: [{ key: 'gpu', operator: 'Exists', value: 'a' }] },
    "'spec.template.spec.tolerations[0].value' must be left out with 'Exists', got 'a'; remove it"),
  ofPod('kubernetes/toleration', 'a value that is none', { tolerations: [{ key: 'gpu', value: 'a b' }] },
    "'spec.template.spec.tolerations[0].value' must be the value of a taint, got 'a b'; change the value"),
  ofPod('kubernetes/toleration', 'an effect that nobody knows', { tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'Never' }] },
    "'spec.template.spec.tolerations[0].effect' must be NoSchedule, PreferNoSchedule or NoExecute, got 'Never'; use one of them"),
  ofPod('kubernetes/toleration', 'a time after which nothing happens', { tolerations: [{ key: 'gpu', operator: 'Exists', tolerationSeconds: 60 }] },
    "'spec.template.spec.tolerations[0].tolerationSeconds' needs 'effect: NoExecute', got 60; remove it"),
  ofPod('kubernetes/node-affinity', 'no nodes at all', requiredTerms([]),
    "'spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms' must hold at least one; say which nodes"),
  ofPod('kubernetes/node-affinity', 'nodes with a label of no value', requiredTerms([{ matchExpressions: [{ key: 'zone', operator: 'In' }] }]),
    "'spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0]' must have the key of a label, "
    + 'one of In, NotIn, Exists, DoesNotExist, Gt, Lt, and the values that it takes, got {"key":"zone","operator":"In","values":[]}; complete it'),
  ofPod('kubernetes/node-affinity', 'a preference for nothing',
    { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, preference: {} }] } } },
    "'spec.template.spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight' must be from 1 to 100, got 0; change the weight"),
  ofPod('kubernetes/pod-affinity', 'neighbours within nothing', { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: '' }] } } },
    "'spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey' must be the key of a label of nodes, such as 'kubernetes.io/hostname', got ''; say within what"),
  ofPod('kubernetes/user-id', 'a user below zero', { securityContext: { runAsUser: -1 } },
    "'spec.template.spec.securityContext.runAsUser' must be from 0 to 2147483647, got -1; change the number"),
  ofPod('kubernetes/user-id', 'a group below zero', { securityContext: { supplementalGroups: [-1] } },
    "'spec.template.spec.securityContext.supplementalGroups[0]' must be from 0 to 2147483647, got -1; change the number"),
  ofContainer('kubernetes/seccomp-profile', 'a profile of nobody', { securityContext: { seccompProfile: { type: 'Localhost' } } },
    "'spec.template.spec.containers[0].securityContext.seccompProfile' must be of the type RuntimeDefault or Unconfined, or Localhost with a relative 'localhostProfile', "
    + "got {\"type\":\"Localhost\"}; say 'type: RuntimeDefault'"),
  ofPod('kubernetes/security-choices', 'a choice that there is not', { securityContext: { fsGroupChangePolicy: 'Never' } },
    "'spec.template.spec.securityContext.fsGroupChangePolicy' must be Always or OnRootMismatch, got 'Never'; remove it"),
  ofContainer('kubernetes/escalation-by-capability', 'a capability that escalates', { securityContext: { allowPrivilegeEscalation: false, capabilities: { add: ['CAP_SYS_ADMIN'] } } },
    "'spec.template.spec.containers[0].securityContext.capabilities.add' must not hold CAP_SYS_ADMIN with 'allowPrivilegeEscalation: false', got [\"CAP_SYS_ADMIN\"]; remove it"),
  ofPod('kubernetes/volume-of-nothing', 'a volume of a Secret without name', { volumes: [{ name: 'cache', secret: {} }] },
    "'spec.template.spec.volumes[0].secret.secretName' must be given; say what it holds"),
  ofPod('kubernetes/volume-items', 'a file outside of its volume', { volumes: [{ name: 'cache', configMap: { name: 'a', items: [{ key: 'a', path: '../a' }] } }] },
    '\'spec.template.spec.volumes[0].configMap.items[0]\' must have a \'key\' and a relative \'path\' without \'..\', got {"key":"a","path":"../a"}; complete it'),
  ofPod('kubernetes/file-mode', 'a mode that is none', { volumes: [{ name: 'cache', secret: { secretName: 'a', defaultMode: 512 } }] },
    "'spec.template.spec.volumes[0].secret.defaultMode' must be from 0 to 511, which is 0777, got 512; change the mode"),
  ofPod('kubernetes/volume-size', 'a volume of less than nothing', { volumes: [{ name: 'cache', emptyDir: { sizeLimit: '-1' } }] },
    "'spec.template.spec.volumes[0].emptyDir.sizeLimit' must be a quantity such as '2Gi', got '-1'; change the amount"),
  ofPod('kubernetes/volume-pull-policy', 'an image as a volume, pulled nobody knows when', { volumes: [{ name: 'model', image: { reference: 'registry.example.com/model:1' } }] },
    "'spec.template.spec.volumes[0].image.pullPolicy' must be one of Always, IfNotPresent, Never; add it"),
  mounted('kubernetes/sub-path', 'a mount of what is outside of the volume', { subPath: '../a' },
    "'spec.template.spec.containers[0].volumeMounts[0].subPath' must be relative and without '..', got '../a'; change the path"),
  mounted('kubernetes/sub-path', 'a mount of two parts', { subPath: 'a', subPathExpr: 'b' },
    "'spec.template.spec.containers[0].volumeMounts[0].subPathExpr' must be left out beside 'subPath', got 'b'; keep one of them"),
  mounted('kubernetes/mount-propagation', 'mounts that reach the node', { mountPropagation: 'Bidirectional' },
    "'spec.template.spec.containers[0].volumeMounts[0].mountPropagation' must be one of None, HostToContainer, got 'Bidirectional'; remove it"),
  ofContainer('kubernetes/environment-source', 'a variable from a key without name', { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'a', key: '' } } }] },
    '\'spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef\' must have the \'name\' of an object and a \'key\' of it, got {"key":"","name":"a"}; complete it'),
  ofContainer('kubernetes/environment-source', 'a variable from a field that pods do not have', { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.replicas' } } }] },
    "'spec.template.spec.containers[0].env[0].valueFrom.fieldRef.fieldPath' must be one of metadata.name, metadata.namespace, metadata.uid, spec.nodeName, spec.serviceAccountName, status.hostIP, status.hostIPs, "
    + "status.podIP, status.podIPs, or a label or annotation such as metadata.labels['app'], got 'spec.replicas'; change the path"),
  ofContainer('kubernetes/environment-source', 'variables of nobody', { envFrom: [{}] },
    "'spec.template.spec.containers[0].envFrom[0]' must name one ConfigMap or Secret, by 'configMapRef' or 'secretRef'; name it"),
  ofContainer('kubernetes/environment-source', 'variables with a beginning that is none', { envFrom: [{ prefix: '1A', secretRef: { name: 'a' } }] },
    "'spec.template.spec.containers[0].envFrom[0].prefix' must be the beginning of a name of a variable, got '1A'; change the prefix"),
  ofPod('kubernetes/pod-names', 'pods with a name that is none', { hostname: 'Fraud' },
    "'spec.template.spec.hostname' must be at most 63 lower case letters, digits and '-', starting and ending with a letter or digit, got 'Fraud'; change the name"),
  ofPod('kubernetes/pod-names', 'a priority with a name that is none', { priorityClassName: 'High_1' },
    "'spec.template.spec.priorityClassName' must be lower case letters, digits, '-' and '.', got 'High_1'; change the name"),
  ofPod('kubernetes/pod-choices', 'names that nobody resolves so', { dnsPolicy: 'Mine' },
    "'spec.template.spec.dnsPolicy' must be one of ClusterFirstWithHostNet, ClusterFirst, Default, None, got 'Mine'; use one of them"),
  ofPod('kubernetes/pod-choices', 'names that nobody resolves', { dnsPolicy: 'None' },
    "'spec.template.spec.dnsConfig.nameservers' must hold at least one with 'dnsPolicy: None'; say who resolves names"),
  ofPod('kubernetes/pod-choices', 'another way to make room', { preemptionPolicy: 'Always' },
    "'spec.template.spec.preemptionPolicy' must be Never or PreemptLowerPriority, got 'Always'; use one of them"),
];
