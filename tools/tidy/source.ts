import ts from 'typescript';

/** One file of the repository, as the rules see it. */
export interface Source {
  /** Relative to the repository root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Present for TypeScript and JavaScript. */
  readonly ast?: ts.SourceFile;
}

export interface Finding {
  readonly path: string;
  /** From 1; 0 when the finding is about the file as a whole. */
  readonly line: number;
  readonly rule: string;
  readonly message: string;
  /** A warning is shown and fails nothing. */
  readonly warning?: boolean;
}

const CODE = /\.(ts|mjs|cjs)$/;
const TEST = /\.test\.ts$/;

export function isCode(path: string): boolean {
  return CODE.test(path);
}

export function isTest(path: string): boolean {
  return TEST.test(path);
}

export function createSource(path: string, text: string): Source {
  if (!isCode(path)) return { path, text };
  const ast = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return { path, text, ast };
}

/** Line (from 1) at which a node begins, comments before it left out. */
export function lineOf(ast: ts.SourceFile, node: ts.Node): number {
  return ast.getLineAndCharacterOfPosition(node.getStart(ast)).line + 1;
}

/** Calls `visit` for every node below `node`, parents before children. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  ts.forEachChild(node, (child) => {
    visit(child);
    walk(child, visit);
  });
}
