import { GuardrailCheck } from './guardrail';
import { WebGuardrailOptions } from './guardrail-options';
import { CONDITION } from './guardrail-problems';
import { InputProblems } from '../private/input-error';
import { requireWebAddress } from '../private/web-address';

const CREDENTIAL_HEADERS = ['authorization', 'proxy-authorization', 'cookie', 'x-api-key', 'x-auth-token'];

/** @throws if the address, the path, the condition or a header is malformed, or a credential would stand in a manifest or on the wire in clear */
export function checkWeb(guardrailName: string, options: WebGuardrailOptions): void {
  const { url, jsonPath, condition, headers = {}, secretHeaders = {} } = options;
  const problems = new InputProblems();
  const address = problems.attempt(() => requireWebAddress(`url' of '${guardrailName}`, url.replace(/\{\{args\.[-a-z0-9]+\}\}/g, 'x'), ['http', 'https']));
  if (!/^\{\$?[.[][^{}]+\}$/.test(jsonPath)) {
    problems.add('rollout/malformed-json-path', `'jsonPath' of '${guardrailName}' must be a path in braces such as '{$.precision}', got '${jsonPath}'`);
  }
  if (!CONDITION.test(condition)) {
    problems.add('rollout/malformed-web-condition',
      `'condition' of '${guardrailName}' must be a comparison such as '< 0.1', '== true' or '== "passed"', got '${condition}'`);
  }
  if (options.timeout && options.timeout.toSeconds({ integral: false }) < 1) {
    problems.add('rollout/malformed-timeout', `'timeout' of '${guardrailName}' must be at least a second, got ${options.timeout.toSeconds({ integral: false })}s`);
  }
  const clear = Object.keys(headers).filter((name) => CREDENTIAL_HEADERS.includes(name.toLowerCase()));
  if (clear.length > 0) {
    problems.add('rollout/credential-header',
      `'headers' of '${guardrailName}' must not hold credentials, got '${clear.join("', '")}', which would stand in manifests; pass it among 'secretHeaders'`);
  }
  const inCluster = /[.]svc([.]|$)/.test(address?.hostname ?? '');
  if (address?.protocol === 'http:' && !inCluster && Object.keys(secretHeaders).length > 0) {
    problems.add('rollout/secret-in-clear',
      `'secretHeaders' of '${guardrailName}' would leave the cluster in clear text to '${address.host}'; use https`);
  }
  problems.throwAll();
}

/** A question to a web service. */
export function webCheck(guardrailName: string, options: WebGuardrailOptions): GuardrailCheck {
  const { url, jsonPath, condition, jsonBody, timeout, headers = {}, secretHeaders = {} } = options;
  const argOf = (header: string) => `${guardrailName}-${header.toLowerCase()}`;
  const all = [
    ...Object.entries(headers).map(([key, value]) => ({ key, value })),
    ...Object.keys(secretHeaders).map((key) => ({ key, value: `{{args.${argOf(key)}}}` })),
  ];
  return {
    condition,
    secrets: Object.fromEntries(Object.entries(secretHeaders).map(([header, secret]) => [argOf(header), secret])),
    provider: {
      web: {
        url,
        method: jsonBody ? 'POST' : undefined,
        jsonBody,
        jsonPath,
        timeoutSeconds: Math.ceil(timeout?.toSeconds({ integral: false }) ?? 10),
        headers: all.length > 0 ? all : undefined,
      },
    },
  };
}
