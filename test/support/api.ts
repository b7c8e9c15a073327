import { ApiType, Assembly, Member, TypeReference } from './assembly';

/** Something in a signature: where it stands, its type, and what is said about it. */
export interface Place {
  readonly path: string;
  readonly type: TypeReference;
  /** Whether a caller has to provide it: a parameter, or a member of a struct. */
  readonly isInput: boolean;
  readonly text: string;
}

/** An assembly together with the types that it builds on, and the questions that rules ask. */
export class Api {
  public readonly types: ApiType[];
  private readonly known: Map<string, ApiType>;

  public constructor(private readonly assembly: Assembly, builtOn: Assembly[] = []) {
    this.types = Object.values(assembly.types);
    this.known = new Map([assembly, ...builtOn].flatMap(({ types }) => Object.entries(types)));
  }

  public get classes(): ApiType[] {
    return this.types.filter(({ kind }) => kind === 'class');
  }

  public get structs(): ApiType[] {
    return this.types.filter(({ datatype }) => datatype);
  }

  public find(fqn: string | undefined): ApiType | undefined {
    return fqn === undefined ? undefined : this.known.get(fqn);
  }

  public isOwn(fqn: string): boolean {
    return fqn.startsWith(`${this.assembly.name}.`);
  }

  /** A type and everything that it extends or implements. */
  public ancestors(fqn: string): string[] {
    const type = this.find(fqn);
    const parents = [...(type?.base ? [type.base] : []), ...(type?.interfaces ?? [])];
    return [fqn, ...parents.flatMap((parent) => this.ancestors(parent))];
  }

  public isConstruct(fqn: string): boolean {
    return this.ancestors(fqn).some((ancestor) => ancestor === 'constructs.Construct' || ancestor === 'constructs.IConstruct');
  }

  /** The behavioural interface of a class, if it has one: `IFoo` of `Foo`. */
  public interfaceOf(fqn: string): ApiType | undefined {
    return this.find(fqn.replace(/\.(\w+)$/, '.I$1'));
  }

  /** Members of a struct, inherited ones included. */
  public propertiesOf(fqn: string): Member[] {
    return this.ancestors(fqn).flatMap((ancestor) => this.find(ancestor)?.properties ?? []);
  }

  /** Every type that stands in a signature of the library. */
  public places(): Place[] {
    return this.types.flatMap((type) => [
      ...parametersOf(type.name, type.initializer ?? {}),
      ...(type.properties ?? []).map((property) => ({
        path: `${type.name}.${property.name}`, type: property.type!, isInput: type.datatype === true, text: textOf(property),
      })),
      ...(type.methods ?? []).flatMap((method) => [
        ...parametersOf(`${type.name}.${method.name}`, method),
        ...(method.returns ? [{ path: `${type.name}.${method.name}()`, type: method.returns.type, isInput: false, text: textOf(method) }] : []),
      ]),
    ]);
  }
}

/** A type and the types inside it: elements of lists and maps, alternatives of unions. */
export function partsOf(type: TypeReference): TypeReference[] {
  const inside = [
    ...(type.collection ? [type.collection.elementtype] : []),
    ...(type.union?.types ?? []),
    ...(type.intersection?.types ?? []),
  ];
  return [type, ...inside.flatMap(partsOf)];
}

/** Members that a type declares itself. */
export function membersOf(type: ApiType): Member[] {
  return [...(type.properties ?? []), ...(type.methods ?? []), ...(type.members ?? [])];
}

function parametersOf(path: string, callable: Pick<Member, 'parameters' | 'docs'>): Place[] {
  return (callable.parameters ?? []).map((parameter) => ({
    path: `${path}(${parameter.name})`, type: parameter.type, isInput: true, text: `${textOf(parameter)} ${textOf(callable)}`,
  }));
}

function textOf({ docs }: Pick<Member, 'docs'>): string {
  return `${docs?.summary ?? ''} ${docs?.remarks ?? ''}`;
}
