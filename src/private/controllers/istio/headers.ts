import { isHeaderValue } from './header-values';
import { eachHttp, VIRTUAL_SERVICE } from './http-routes';
import { ControllerRule, Violation } from '../controller-rule';

/**
 * Headers that a route or a destination adds, sets and removes.
 *
 * @see https://github.com/istio/istio/blob/master/pkg/config/validation/virtualservice.go validateHTTPRoute, validateAuthorityRewrite
 */
export const headers: ControllerRule[] = [
  {
    ruleId: 'istio/header-operation',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachOperation(virtualService, ({ field, names, mayBeHost }) => names
      .filter((name) => name === '' || (isInternal(name) && !(mayBeHost && isAuthority(name)))).map((name) => ({
        field,
        problem: mayBeHost ? "must name headers, of which ':authority' is the only one with ':'" : "must name headers other than 'host' and those with ':'",
        value: name,
        remedy: 'change the name',
      }))),
  },
  {
    ruleId: 'istio/header-value',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachOperation(virtualService, ({ field, names, values }) => names
      .filter((name) => values[name] !== undefined && !isHeaderValue(values[name])).map((name) => ({
        field: `${field}.${name}`, problem: "must be printable, with '%%' for each '%' outside of '%VARIABLE%'", value: values[name], remedy: 'change the value',
      }))),
  },
  {
    ruleId: 'istio/authority-twice',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachHttp(virtualService, ({ rewrite, headers: { request: { set = {}, add = {} } = {} as any } = {} }, field) => {
      const given: string[] = [rewrite?.authority, ...[set, add].flatMap((map) => Object.keys(map).filter(isAuthority).map((name) => map[name]))];
      return given.slice(0, -1).some((value) => value) ? [{
        field: `${field}.headers.request`, problem: 'and rewrite must give the host once', value: given.filter((value) => value).join(' and '), remedy: 'keep one of them',
      }] : [];
    }),
  },
];

interface Operation {
  readonly field: string;
  readonly names: string[];
  readonly values: { [name: string]: string };
  /** Whether the host may be among them. */
  readonly mayBeHost: boolean;
}

function eachOperation(virtualService: any, check: (operation: Operation) => Violation[]): Violation[] {
  const operations = (holder: any, place: string) => ['request', 'response'].flatMap((which) => {
    const { add = {}, set = {}, remove = [] } = holder.headers?.[which] ?? {};
    const field = `${place}.headers.${which}`;
    return [
      ...Object.entries({ add, set }).flatMap(([verb, values]) => check({ field: `${field}.${verb}`, names: Object.keys(values), values, mayBeHost: which === 'request' })),
      ...check({ field: `${field}.remove`, names: remove, values: {}, mayBeHost: false }),
    ];
  });
  return eachHttp(virtualService, (http, field) => [
    ...operations(http, field),
    ...(http.route ?? []).flatMap((destination: any, i: number) => operations(destination, `${field}.route[${i}]`)),
  ]);
}

function isInternal(name: string): boolean {
  return name.startsWith(':') || name.toLowerCase() === 'host';
}

function isAuthority(name: string): boolean {
  return [':authority', 'host'].includes(name.toLowerCase());
}
