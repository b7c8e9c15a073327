import * as ts from 'typescript';

/** Number of lines that hold code: neither blank nor comment alone. */
export function linesOfCode(source: string): number {
  const file = parse(source);
  const lines = new Set<number>();
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(file).filter((child) => !ts.isJSDoc(child));
    if (children.length === 0 && node.getWidth(file) > 0) {
      lines.add(file.getLineAndCharacterOfPosition(node.getStart(file)).line);
      lines.add(file.getLineAndCharacterOfPosition(node.getEnd()).line);
    }
    children.forEach(visit);
  };
  visit(file);
  return lines.size;
}

/** Statements that are no part of a contract: anything but imports, exported interfaces and exported enums. */
export function foreignStatements(source: string): string[] {
  const file = parse(source);
  return file.statements
    .filter((statement) => !ts.isImportDeclaration(statement) && !isContract(statement))
    .map((statement) => statement.getText(file).split('\n')[0]);
}

function isContract(statement: ts.Statement): boolean {
  return (ts.isInterfaceDeclaration(statement) || ts.isEnumDeclaration(statement))
    && (statement.modifiers ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

function parse(source: string): ts.SourceFile {
  return ts.createSourceFile('contract.ts', source, ts.ScriptTarget.ES2022, true);
}
