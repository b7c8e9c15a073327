import { container, cronJob, deployment, inEveryKind, networkPolicy, said } from './support';
import { HostAccess } from '../../src/policy/rules/host-access';
import { MountedToken } from '../../src/policy/rules/mounted-token';
import { NoNetworkPolicy } from '../../src/policy/rules/no-network-policy';
import { RbacWildcard } from '../../src/policy/rules/rbac-wildcard';
import { RestrictedPodSecurity } from '../../src/policy/rules/restricted-pod-security';
import { SecretInClear } from '../../src/policy/rules/secret-in-clear';

describe('hardening/restricted-pod-security', () => {
  const rule = new RestrictedPodSecurity();
  const good = container().securityContext;

  test('accepts what a restricted namespace accepts', () => {
    expect(said(rule, deployment())).toEqual([]);
  });

  test('accepts what the pod says for all of its containers', () => {
    const { allowPrivilegeEscalation, capabilities } = good;
    const securityContext = { runAsNonRoot: true, seccompProfile: { type: 'Localhost', localhostProfile: 'x' } };

    const containers = [container({ securityContext: { allowPrivilegeEscalation, capabilities } })];

    expect(said(rule, deployment({ securityContext, containers }))).toEqual([]);
  });

  test.each([
    ['privileged must not be true', { privileged: true }],
    ['allowPrivilegeEscalation must be false', { allowPrivilegeEscalation: undefined }],
    ['capabilities.drop must be [ALL]', { capabilities: { drop: ['NET_RAW'] } }],
    ['capabilities.add must not contain SYS_ADMIN', { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE', 'SYS_ADMIN'] } }],
    ['runAsNonRoot must be true', { runAsNonRoot: false }],
    ['runAsUser must not be 0', { runAsUser: 0 }],
    ['seccompProfile.type must be RuntimeDefault', { seccompProfile: { type: 'Unconfined' } }],
    ['procMount must be Default', { procMount: 'Unmasked' }],
  ])('flags: %s', (demand, securityContext) => {
    expect(said(rule, deployment({ containers: [container({ securityContext: { ...good, ...securityContext } })] })))
      .toEqual([`container 'server' would be refused by a restricted namespace: ${demand}`]);
  });

  test('accepts the one capability that may be added', () => {
    expect(said(rule, deployment({ containers: [container({ securityContext: { ...good, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } } })] }))).toEqual([]);
  });

  test('flags each container for itself, init containers included', () => {
    const bare = { securityContext: undefined };
    const manifest = deployment({ initContainers: [container({ name: 'loader', ...bare })], containers: [container(), container({ name: 'sidecar', ...bare })] });

    expect(said(rule, manifest).map((message) => message.split(' would')[0])).toEqual(["init container 'loader'", "container 'sidecar'"]);
  });

  test('flags a volume of a type that is not allowed, and accepts the others', () => {
    const volumes = [{ name: 'data', nfs: { server: 'x', path: '/' } }, { name: 'tmp', emptyDir: {} }, { name: 'model', image: {} }, { name: 'default' }];

    expect(said(rule, deployment({ volumes }))).toEqual(["volume 'data' would be refused by a restricted namespace: nfs is none of the types that it allows"]);
  });

  test('a container may not undo what the pod says', () => {
    const securityContext = { ...good, runAsNonRoot: false };

    expect(said(rule, deployment({ securityContext: { runAsNonRoot: true }, containers: [container({ securityContext })] }))).toHaveLength(1);
  });

  test('accepts what a runtime may fill in', () => {
    expect(said(rule, inEveryKind({})['InferenceService with a model'])).toEqual([]);
    expect(said(rule, inEveryKind({}).ServingRuntime)).toEqual([]);
  });
});

describe('hardening/host-access', () => {
  const rule = new HostAccess();

  test.each([
    ['hostNetwork', { hostNetwork: true }],
    ['hostPID', { hostPID: true }],
    ['hostIPC', { hostIPC: true }],
    ["path '/data'", { volumes: [{ name: 'data', hostPath: { path: '/data' } }] }],
    ['port 80', { containers: [container({ ports: [{ containerPort: 8080, hostPort: 80 }] })] }],
  ])('flags %s', (reach, pod) => {
    expect(said(rule, deployment(pod))).toEqual([`the pod uses ${reach} of its node, so whoever takes the pod has a hold on the node`]);
  });

  test('accepts ports and volumes of the pod', () => {
    expect(said(rule, deployment({ hostNetwork: false, volumes: [{ name: 'tmp', emptyDir: {} }], containers: [container({ ports: [{ containerPort: 8080 }] })] }))).toEqual([]);
  });
});

describe('hardening/mounted-token', () => {
  const rule = new MountedToken();
  const account = (automountServiceAccountToken?: boolean) =>
    ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'fraud' }, automountServiceAccountToken });
  const binding = (kind: string, subject: object) =>
    ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name: 'b' }, subjects: [{ kind: 'ServiceAccount', name: 'fraud', ...subject }] });
  const mounting = deployment({ automountServiceAccountToken: undefined, serviceAccountName: 'fraud' });

  test('flags a pod that says nothing, and one that asks for it', () => {
    expect(said(rule, mounting)).toEqual(["the pod carries a token of service account 'fraud', which is given no right here"]);
    expect(said(rule, mounting, account())).toHaveLength(1);
    expect(said(rule, deployment({ automountServiceAccountToken: true }))).toEqual(["the pod carries a token of service account 'default', which is given no right here"]);
  });

  test('flags a pod that asks for what its account refuses', () => {
    expect(said(rule, deployment({ automountServiceAccountToken: true, serviceAccountName: 'fraud' }), account(false))).toHaveLength(1);
  });

  test('says which step of a workflow', () => {
    expect(said(rule, inEveryKind({}).WorkflowTemplate)).toEqual(["template 't' carries a token of service account 'default', which is given no right here"]);
  });

  test('accepts a pod, or an account, that refuses', () => {
    expect(said(rule, deployment())).toEqual([]);
    expect(said(rule, mounting, account(false))).toEqual([]);
  });

  test.each([
    ['RoleBinding', {}],
    ['ClusterRoleBinding', { namespace: '' }],
  ])('accepts an account that a %s gives rights', (kind, subject) => {
    expect(said(rule, mounting, binding(kind, subject))).toEqual([]);
  });

  test('flags it where the rights are those of another account', () => {
    expect(said(rule, mounting, binding('RoleBinding', { name: 'other' }), binding('RoleBinding', { namespace: 'other' }), binding('RoleBinding', { kind: 'User' }),
      { ...binding('RoleBinding', {}), subjects: undefined })).toHaveLength(1);
  });
});

describe('hardening/no-network-policy', () => {
  const rule = new NoNetworkPolicy();
  const both = { policyTypes: ['Ingress', 'Egress'] };

  test('flags pods that no policy selects, and says which direction is open', () => {
    expect(said(rule, deployment(), networkPolicy({ ...both, podSelector: { matchLabels: { app: 'other' } } })))
      .toEqual(['the pods have no NetworkPolicy for Ingress and Egress, so everything is allowed']);
    expect(said(rule, deployment(), networkPolicy())).toEqual(['the pods have no NetworkPolicy for Egress, so everything is allowed']);
    expect(said(rule, deployment(), networkPolicy({ policyTypes: ['Egress'] }))).toEqual(['the pods have no NetworkPolicy for Ingress, so everything is allowed']);
  });

  test('flags pods of another namespace', () => {
    expect(said(rule, deployment({}, {}, { namespace: 'ml' }), networkPolicy(both))).toHaveLength(1);
  });

  test('says which step of a workflow', () => {
    expect(said(rule, inEveryKind({}).WorkflowTemplate)).toEqual(["template 't' has no NetworkPolicy for Ingress and Egress, so everything is allowed"]);
  });

  test.each([
    ['one policy for both directions', [networkPolicy(both)]],
    ['a policy with rules for egress, which limits both', [networkPolicy({ egress: [{}] })]],
    ['two policies', [networkPolicy({ policyTypes: ['Ingress'] }), networkPolicy({ policyTypes: ['Egress'] })]],
    ['a policy for all pods of the namespace', [networkPolicy({ ...both, podSelector: {} })]],
    ['a policy by expression', [networkPolicy({ ...both, podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['fraud'] }] } })]],
  ])('accepts %s', (_what, policies) => {
    expect(said(rule, deployment(), ...policies)).toEqual([]);
    expect(said(rule, cronJob(), ...policies)).toEqual([]);
  });
});

describe('hardening/secret-in-clear', () => {
  const rule = new SecretInClear();
  const withEnv = (name: string, value?: string) => deployment({ containers: [container({ env: [{ name, value }] })] });

  test.each([
    ['DB_PASSWORD', 'hunter2'],
    ['MLFLOW_TRACKING_TOKEN', 'abc'],
    ['HF_TOKEN', 'abc'],
    ['API_KEY', 'abc'],
    ['aws.secret-key', 'abc'],
    ['ANYTHING', `AKIA${'A'.repeat(16)}`],
    ['DATABASE_URL', 'postgresql://user:hunter2@db:5432/x'],
    ['CERT', '-----BEGIN RSA PRIVATE KEY-----'],
    ['X', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc'],
  ])('flags %s and never repeats its value', (name, value) => {
    const messages = said(rule, withEnv(name, value));

    expect(messages).toEqual([`container 'server', variable '${name}' holds what looks like a secret value, and manifests are kept in Git`]);
    expect(messages[0]).not.toContain(value);
  });

  test.each([
    ['MAX_TOKENS', '512'],
    ['TOKENIZER', 'bert'],
    ['SECRET_NAME', 'db'],
    ['DB_PASSWORD', undefined],
    ['DB_PASSWORD', ''],
    ['DB_PASSWORD', '$(FROM_ELSEWHERE)'],
    ['API_TOKEN', '/var/run/secrets/token'],
    ['USE_TOKEN', 'true'],
    ['SIGNING_SECRET', 'arn:aws:secretsmanager:eu-west-1:1:secret:x'],
    ['DATABASE_URL', 'postgresql://db:5432/x'],
    ['DATABASE_URL', 'postgresql://user:$(PASSWORD)@db:5432/x'],
  ])('accepts %s = %s', (name, value) => {
    expect(said(rule, withEnv(name, value))).toEqual([]);
  });

  test('flags a secret on a command line', () => {
    expect(said(rule, deployment({ containers: [container({ args: ['--db=mysql://root:hunter2@db'] })] })))
      .toEqual(["container 'server', its command line holds what looks like a secret value, and manifests are kept in Git"]);
  });

  test('flags a Secret with a value, and a secret in a ConfigMap', () => {
    const object = (kind: string, fields: object) => ({ apiVersion: 'v1', kind, metadata: { name: 'x' }, ...fields });

    expect(said(rule, object('Secret', { stringData: { password: 'hunter2' }, data: { token: 'YWJj' } }))).toHaveLength(2);
    expect(said(rule, object('ConfigMap', { data: { 'password': 'hunter2', 'app.yaml': 'debug: false' } }))).toHaveLength(1);
  });

  test('accepts a Secret without values, such as one that something else fills, and a ConfigMap without secrets', () => {
    const object = (kind: string, fields: object) => ({ apiVersion: 'v1', kind, metadata: { name: 'x' }, ...fields });

    expect(said(rule, object('Secret', { data: { password: '' } }))).toEqual([]);
    expect(said(rule, object('ConfigMap', {}))).toEqual([]);
    expect(said(rule, object('ConfigMap', { data: { 'dashboard.json': '{"url":"http://prometheus:9090","contact":"a@example.com"}' } }))).toEqual([]);
  });
});

describe('hardening/rbac-wildcard', () => {
  const rule = new RbacWildcard();
  const of = (kind: string, fields: object) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name: 'x' }, ...fields });

  test('flags each wildcard of a ClusterRole', () => {
    expect(said(rule, of('ClusterRole', { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get'] }, { nonResourceURLs: ['*'], verbs: ['get'] }] }))).toEqual([
      "rule 1 gives '*' of apiGroups in the whole cluster",
      "rule 1 gives '*' of resources in the whole cluster",
      "rule 2 gives '*' of nonResourceURLs in the whole cluster",
    ]);
  });

  test('flags who becomes cluster-admin', () => {
    expect(said(rule, of('ClusterRoleBinding', { roleRef: { name: 'cluster-admin' }, subjects: [{ kind: 'ServiceAccount', name: 'stepper' }, { kind: 'User', name: 'ci' }] })))
      .toEqual(["ServiceAccount 'stepper', User 'ci' gets every right in the whole cluster"]);
  });

  test('accepts rights that are listed, other bindings, and Roles of a namespace', () => {
    expect(said(rule, of('ClusterRole', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }))).toEqual([]);
    expect(said(rule, of('ClusterRole', { aggregationRule: {} }))).toEqual([]);
    expect(said(rule, of('ClusterRoleBinding', { roleRef: { name: 'view' } }))).toEqual([]);
    expect(said(rule, of('Role', { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] }))).toEqual([]);
  });
});
