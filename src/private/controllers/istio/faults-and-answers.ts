import { eachHttp, VIRTUAL_SERVICE } from './http-routes';
import { ControllerRule, Violation } from '../controller-rule';

/**
 * What a proxy does with a request by itself: it fails, delays, redirects, answers or rewrites.
 *
 * @see https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go validateHTTPFaultInjection, validateHTTPRedirect, validateHTTPDirectResponse, validateHTTPRewrite
 */
export const faultsAndAnswers: ControllerRule[] = [
  {
    ruleId: 'istio/fault',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachHttp(virtualService, ({ fault }, field) => !fault ? [] : [
      ...fault.abort || fault.delay ? [] : [{ field: `${field}.fault`, problem: "must have 'abort' or 'delay'", remedy: 'say what goes wrong' }],
      ...badShare(fault.abort?.percentage?.value, `${field}.fault.abort.percentage.value`),
      ...badShare(fault.delay?.percentage?.value, `${field}.fault.delay.percentage.value`),
      ...badStatus(fault.abort?.httpStatus, `${field}.fault.abort.httpStatus`),
      ...fault.abort?.grpcStatus === undefined || GRPC.includes(fault.abort.grpcStatus) ? [] : [{
        field: `${field}.fault.abort.grpcStatus`, problem: "must be the name of a status of gRPC, such as 'UNAVAILABLE'", value: fault.abort.grpcStatus, remedy: 'change the status',
      }],
      ...[fault.abort?.http2Error && 'abort.http2Error', fault.delay?.exponentialDelay && 'delay.exponentialDelay'].filter(Boolean).map((name) => ({
        field: `${field}.fault.${name}`, problem: 'must be left out, as Istio cannot do it', remedy: "use 'httpStatus' or 'fixedDelay'",
      })),
    ]),
  },
  {
    ruleId: 'istio/redirect',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachHttp(virtualService, ({ redirect, match = [] }, field) => !redirect ? [] : redirectProblems(redirect, match)
      .slice(0, 1).map(({ name, ...problem }) => ({ field: [`${field}.redirect`, name].filter(Boolean).join('.'), ...problem }))),
  },
  {
    ruleId: 'istio/direct-response',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachHttp(virtualService, ({ directResponse }, field) => !directResponse ? [] : [
      ...badStatus(directResponse.status ?? 0, `${field}.directResponse.status`),
      ...sizeOf(directResponse.body) > MEBIBYTE ? [{ field: `${field}.directResponse.body`, problem: 'must be at most 1 MiB', remedy: 'let a server answer' }] : [],
    ]),
  },
  {
    ruleId: 'istio/rewrite',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachHttp(virtualService, ({ rewrite }, field) => {
      if (!rewrite) {return [];}
      const { uri, uriRegexRewrite, authority } = rewrite;
      const isWhole = !uriRegexRewrite || (uriRegexRewrite.match && uriRegexRewrite.rewrite);
      return isWhole && !(uri && uriRegexRewrite) && (uri || uriRegexRewrite || authority) ? [] : [{
        field: `${field}.rewrite`, problem: "must have 'authority', 'uri', or 'match' and 'rewrite' of 'uriRegexRewrite', and not both of the last two", value: rewrite, remedy: 'say what changes',
      }];
    }),
  },
];

const GRPC = [
  'OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION',
  'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED',
];
const MEBIBYTE = 1024 * 1024;
const SMALLEST_SHARE = 0.0001;

/** Istio stops at the first one. */
function redirectProblems(redirect: any, match: any[]): (Omit<Violation, 'field'> & { readonly name?: string })[] {
  const { uri, prefixRewrite, authority, port, derivePort, scheme, redirectCode = 0 } = redirect;
  return [
    ...uri && prefixRewrite ? [{ problem: "must have one of 'uri' and 'prefixRewrite'", remedy: 'keep one of them' }] : [],
    ...prefixRewrite && match.some((one) => one.uri && one.uri.prefix === undefined) ? [{ name: 'prefixRewrite', problem: "needs 'prefix' in each match of a uri", remedy: "match by prefix, or redirect to a 'uri'" }] : [],
    ...uri || prefixRewrite || authority || port !== undefined || derivePort !== undefined || scheme ? [] : [{ problem: 'must say where to', remedy: "give it a 'uri', 'authority', 'scheme' or 'port'" }],
    ...redirectCode === 0 || (redirectCode >= 300 && redirectCode <= 399) ? [] : [{ name: 'redirectCode', problem: 'must be from 300 to 399', value: redirectCode, remedy: 'change the code' }],
    ...!scheme || ['http', 'https'].includes(scheme) ? [] : [{ name: 'scheme', problem: 'must be http or https', value: scheme, remedy: 'use one of them' }],
    ...(port ?? 0) <= 65535 ? [] : [{ name: 'port', problem: 'must be at most 65535', value: port, remedy: 'change the port' }],
  ];
}

function badShare(value: number | undefined, field: string): Violation[] {
  return value === undefined || value === 0 || (value >= SMALLEST_SHARE && value <= 100) ? [] : [{ field, problem: `must be 0, or from ${SMALLEST_SHARE} to 100`, value, remedy: 'give a share of the requests' }];
}

function badStatus(status: number | undefined, field: string): Violation[] {
  return status === undefined || (status >= 200 && status <= 600) ? [] : [{ field, problem: 'must be from 200 to 600', value: status, remedy: 'change the status' }];
}

function sizeOf({ string = '', bytes = '' }: any = {}): number {
  return string ? Buffer.byteLength(string) : Buffer.from(bytes, 'base64').length;
}
