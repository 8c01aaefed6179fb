import ts from 'typescript';
import { isTest, lineOf, walk } from './source.ts';
import type { Finding, Source } from './source.ts';

const FILE_LINES_SOFT = 300;
const FILE_LINES_HARD = 500;
const FUNCTION_LINES_MAX = 70;
const COLUMNS_MAX = 100;
/** Code that a tool makes of a schema is as long as the schema is. */
const GENERATED = /(^|\/)generated\//;

function lineCount(text: string): number {
  return text.endsWith('\n') ? text.split('\n').length - 1 : text.split('\n').length;
}

export function fileLength({ path, text, ast }: Source): Finding[] {
  if (ast === undefined || GENERATED.test(path)) return [];
  const lines = lineCount(text);
  if (lines <= FILE_LINES_SOFT) return [];
  const warning = lines <= FILE_LINES_HARD;
  const limit = warning ? FILE_LINES_SOFT : FILE_LINES_HARD;
  const message = `${lines} lines, above ${limit}: give a concept its own file`;
  return [{ path, line: 0, rule: 'file-length', message, warning }];
}

function isFunction(node: ts.Node): node is ts.FunctionLikeDeclaration {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

/** The function of a `describe` is a list of tests, not a function to read as one. */
function isSuite(node: ts.Node): boolean {
  const call = node.parent;
  if (!ts.isCallExpression(call)) return false;
  return /^(describe|suite)\b/.test(call.expression.getText());
}

export function functionLength({ path, ast }: Source): Finding[] {
  if (ast === undefined || GENERATED.test(path)) return [];
  const found: Finding[] = [];
  walk(ast, (node) => {
    if (!isFunction(node) || isSuite(node)) return;
    const first = lineOf(ast, node);
    const lines = ast.getLineAndCharacterOfPosition(node.end).line + 1 - first + 1;
    if (lines <= FUNCTION_LINES_MAX) return;
    const message = `function of ${lines} lines, above ${FUNCTION_LINES_MAX}`;
    found.push({ path, line: first, rule: 'function-length', message });
  });
  return found;
}

/** Lines with a literal that cannot be broken: regular expressions, and messages in tests. */
function unbreakableLines(ast: ts.SourceFile, path: string): Set<number> {
  const lines = new Set<number>();
  walk(ast, (node) => {
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
    if (!ts.isRegularExpressionLiteral(node) && !(isText && isTest(path))) return;
    const last = ast.getLineAndCharacterOfPosition(node.end).line + 1;
    for (let line = lineOf(ast, node); line <= last; line += 1) lines.add(line);
  });
  return lines;
}

export function lineLength({ path, text, ast }: Source): Finding[] {
  if (ast === undefined || GENERATED.test(path)) return [];
  const unbreakable = unbreakableLines(ast, path);
  return text.split('\n').flatMap((content, index) => {
    const isLong = [...content].length > COLUMNS_MAX && !content.includes('://');
    if (!isLong || unbreakable.has(index + 1)) return [];
    const message = `${[...content].length} columns, above ${COLUMNS_MAX}`;
    return [{ path, line: index + 1, rule: 'line-length', message }];
  });
}
