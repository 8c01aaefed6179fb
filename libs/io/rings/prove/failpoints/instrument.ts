/**
 * Puts a failpoint behind every store of a module, by its syntax alone: an element assignment, a
 * storing method of a typed array, Buffer or DataView, a storing call of `Atomics`; and behind
 * every system call that makes, names, locks or removes a file. New code is covered by itself.
 * Whatever stores many bytes at once has a second one, inside: only a part of them is stored.
 *
 *   cells[CursorCell.claimed] = end;   becomes
 *   ringFailpoint("writer #store: cells[CursorCell.claimed]", cells, cells[…] = end);
 *
 *   target.set(page, offset);          becomes
 *   ringBlock("producer-state flush: target.set(page)", target, "set", page, offset);
 *
 * The value passes through, so this works wherever the expression stands. Stores into private
 * memory get a failpoint too; whether the target is shared is decided when it is passed.
 */
import ts from 'typescript';
import { INSIDE } from './inside.ts';

/** One place that can be killed at. */
export interface FailpointSite {
  readonly name: string;
  readonly kind: 'store' | 'file';
}

export interface InstrumentedModule {
  readonly code: string;
  readonly sites: readonly FailpointSite[];
}

const BLOCK_METHODS = new Set(['set', 'fill', 'copyWithin', 'copy']);
const STORING_METHODS = new Set(['write', 'reverse', 'sort']);
const STORING_ATOMICS = new Set([
  'store',
  'add',
  'sub',
  'and',
  'or',
  'xor',
  'exchange',
  'compareExchange',
]);
const FILE_CALLS = new Set([
  'chmodSync',
  'closeSync',
  'fchmodSync',
  'fcntl',
  'linkSync',
  'mkdirSync',
  'mmap',
  'openSync',
  'posixFallocate',
  'renameSync',
  'rmSync',
  'unlinkSync',
  'writeSync',
]);

/** A store or call found in the text. */
interface Found {
  readonly node: ts.Node;
  readonly label: string;
  /** The memory, of a store. */
  readonly target?: string;
  /** The method, of a store of many bytes. */
  readonly block?: ts.PropertyAccessExpression;
}

/** `text` in place of what lies between `at` and `until`. */
interface Edit {
  readonly at: number;
  readonly until: number;
  readonly text: string;
}

/**
 * @param source - JavaScript, types already stripped.
 * @param module - What the names of its sites begin with: `writer`.
 * @throws Error for a store whose target is more than a name or a chain of properties: evaluating
 *   it twice could have an effect.
 */
export function instrument(source: string, module: string): InstrumentedModule {
  const file = ts.createSourceFile(`${module}.js`, source, ts.ScriptTarget.Latest, true);
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    const store = storeAt(node) ?? fileCallAt(node);
    if (store !== undefined) found.push(store);
    ts.forEachChild(node, visit);
  };
  visit(file);
  const names = new Map<string, number>();
  const edits: Edit[] = [];
  const sites: FailpointSite[] = [];
  for (const store of found) {
    const plain = `${module} ${ownerOf(store.node)}: ${store.label}`;
    const times = (names.get(plain) ?? 0) + 1;
    names.set(plain, times);
    const name = times === 1 ? plain : `${plain} (${times})`;
    sites.push({ name, kind: store.target === undefined ? 'file' : 'store' });
    if (store.block !== undefined) sites.push({ name: `${name}${INSIDE}`, kind: 'store' });
    edits.push(...editsOf(store, JSON.stringify(name)));
  }
  return { code: applyEdits(source, edits), sites };
}

function editsOf({ node, target, block }: Found, name: string): Edit[] {
  const [start, end] = [node.getStart(), node.getEnd()];
  const insert = (at: number, text: string): Edit => ({ at, until: at, text });
  if (block !== undefined) {
    const call = node as ts.CallExpression;
    const separator = call.arguments.length > 0 ? ', ' : '';
    const text = `, ${JSON.stringify(block.name.text)}${separator}`;
    const dot = { at: block.expression.getEnd(), until: call.arguments.pos, text };
    return [insert(start, `ringBlock(${name}, `), dot];
  }
  const opening =
    target === undefined ? `ringFilepoint(${name}, ` : `ringFailpoint(${name}, ${target}, `;
  return [insert(start, opening), insert(end, ')')];
}

function storeAt(node: ts.Node): Found | undefined {
  const element = assignedElement(node);
  if (element !== undefined) {
    const target = simple(element.expression);
    return { node, label: oneLine(element), target };
  }
  if (!ts.isCallExpression(node)) return undefined;
  const { expression: callee } = node;
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  const { expression: object, name } = callee;
  const [first, second] = node.arguments;
  if (object.getText() === 'Atomics' && STORING_ATOMICS.has(name.text) && first !== undefined) {
    const where = second === undefined ? '' : `, ${oneLine(second)}`;
    const label = `Atomics.${name.text}(${oneLine(first)}${where})`;
    return { node, label, target: simple(first) };
  }
  const isBlock = BLOCK_METHODS.has(name.text);
  const stores = STORING_METHODS.has(name.text) || /^set(Big)?(Int|Uint|Float)\d+$/.test(name.text);
  if ((!isBlock && !stores) || !isChain(object)) return undefined;
  const at = name.text.startsWith('set') && first !== undefined ? `(${oneLine(first)})` : '';
  const found = { node, label: `${oneLine(callee)}${at}`, target: object.getText() };
  return isBlock ? { ...found, block: callee } : found;
}

function fileCallAt(node: ts.Node): Found | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  if (!ts.isIdentifier(name) || !FILE_CALLS.has(name.text)) return undefined;
  return { node, label: name.text };
}

/** `x[i]` of `x[i] = v`, `x[i] += v`, `x[i]++`. */
function assignedElement(node: ts.Node): ts.ElementAccessExpression | undefined {
  let target: ts.Node | undefined;
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    const assigns = kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
    if (assigns) target = node.left;
  } else if (ts.isPostfixUnaryExpression(node)) {
    target = node.operand;
  } else if (ts.isPrefixUnaryExpression(node)) {
    const { operator } = node;
    const steps =
      operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
    if (steps) target = node.operand;
  }
  return target !== undefined && ts.isElementAccessExpression(target) ? target : undefined;
}

/** A name, `this`, or properties of them: no effect when evaluated once more. */
function isChain(node: ts.Node): boolean {
  if (ts.isIdentifier(node) || node.kind === ts.SyntaxKind.ThisKeyword) return true;
  return ts.isPropertyAccessExpression(node) && isChain(node.expression);
}

function simple(node: ts.Node): string {
  if (isChain(node)) return node.getText();
  throw new Error(`a store into ${node.getText()}: give that memory a name first`);
}

/** The function or method that the node is in. */
function ownerOf(node: ts.Node): string {
  let at = node.parent;
  for (; !ts.isSourceFile(at); at = at.parent) {
    const name = nameOfFunction(at);
    if (name !== undefined) return name;
  }
  return 'module';
}

function nameOfFunction(node: ts.Node): string | undefined {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return node.name?.getText();
  if (!ts.isVariableDeclaration(node) || node.initializer === undefined) return undefined;
  return ts.isArrowFunction(node.initializer) ? node.name.getText() : undefined;
}

function oneLine(node: ts.Node): string {
  return node.getText().replaceAll(/\s+/g, ' ');
}

/** At one place what ends comes before what begins; outer texts are opened before inner ones. */
function applyEdits(source: string, edits: readonly Edit[]): string {
  const isEnd = ({ text }: Edit): boolean => text === ')';
  const sorted = [...edits].sort((a, b) => a.at - b.at || Number(isEnd(b)) - Number(isEnd(a)));
  let code = '';
  let done = 0;
  for (const { at, until, text } of sorted) {
    code += source.slice(done, at) + text;
    done = until;
  }
  return code + source.slice(done);
}
