import ts from 'typescript';
import { lineOf, walk } from './source.ts';
import type { Finding, Source } from './source.ts';

const POSITIONAL_MAX = 3;

/**
 * A function whose parameters are its own choice: not a callback handed to someone else's
 * function, nor one whose type is declared elsewhere.
 */
function choosesItsParameters(node: ts.Node): node is ts.FunctionLikeDeclaration {
  if (ts.isFunctionDeclaration(node) || ts.isConstructorDeclaration(node)) return true;
  if (ts.isMethodDeclaration(node)) return ts.isClassLike(node.parent);
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return false;
  const owner = node.parent;
  return ts.isVariableDeclaration(owner) && owner.type === undefined;
}

function isThis(parameter: ts.ParameterDeclaration): boolean {
  return ts.isIdentifier(parameter.name) && parameter.name.text === 'this';
}

/** A method that an interface outside of the project prescribes says so with `override`. */
function isPrescribed(node: ts.FunctionLikeDeclaration): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.OverrideKeyword) ?? false;
}

export function positionalParameters({ path, ast }: Source): Finding[] {
  if (ast === undefined) return [];
  const found: Finding[] = [];
  walk(ast, (node) => {
    if (!choosesItsParameters(node) || isPrescribed(node)) return;
    const count = node.parameters.filter((parameter) => !isThis(parameter)).length;
    if (count <= POSITIONAL_MAX) return;
    const message = `${count} positional parameters: above ${POSITIONAL_MAX} take an object`;
    found.push({ path, line: lineOf(ast, node), rule: 'parameters', message });
  });
  return found;
}
