import ts from 'typescript';
import { isTest, lineOf, walk } from './source.ts';
import type { Finding, Source } from './source.ts';

interface Ban {
  /** The called expression as written: `Date.now`. */
  readonly call: string;
  /** Where it is allowed, by path. */
  readonly allowed: RegExp;
  readonly instead: string;
}

/** Layers that own clocks: composition, I/O, clients, simulators' shells, tools and examples. */
const OWNS_A_CLOCK =
  /^(apps|tools|e2e|docs|libs\/(io|client|sim|system|testing|ipc\/shm))\/|\/(prove|bench|test|test-processes)\/|\.test\.ts$/;
const TALKS_TO_A_PERSON =
  /^(tools|e2e|docs|apps\/cli)\/|\/(prove|bench|test|test-processes)\/|\.test\.ts$/;

const BANS: readonly Ban[] = [
  { call: 'Date.now', allowed: OWNS_A_CLOCK, instead: 'take the clock as a parameter' },
  { call: 'performance.now', allowed: OWNS_A_CLOCK, instead: 'take the clock as a parameter' },
  {
    call: 'Math.random',
    allowed: /^libs\/testing\//,
    instead: 'take a seeded source as a parameter, or node:crypto for ids',
  },
  { call: 'console.log', allowed: TALKS_TO_A_PERSON, instead: 'use the logger of io-service' },
  {
    call: 'Atomics.wait',
    allowed: /^libs\/(ipc|testing)\/|\/(prove|bench|test|test-processes)\/|\.test\.ts$/,
    instead: 'use the waiting strategies of ipc-ring',
  },
];

function bannedCall(path: string, call: ts.CallExpression): string | undefined {
  const name = call.expression.getText();
  const ban = BANS.find((entry) => entry.call === name && !entry.allowed.test(path));
  return ban && `${ban.call}() is not for this layer: ${ban.instead}`;
}

function bannedDate(path: string, node: ts.NewExpression): string | undefined {
  const isNow = node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0;
  if (!isNow || OWNS_A_CLOCK.test(path)) return undefined;
  return 'new Date() reads the clock: take the clock as a parameter';
}

/** The clock of a page load, not of the host: measured 6 to 136 µs off CLOCK_REALTIME. */
function bannedProperty(node: ts.PropertyAccessExpression): string | undefined {
  if (node.getText() !== 'performance.timeOrigin') return undefined;
  return 'performance.timeOrigin is not the host clock: use the host clock of io-service';
}

/** `new Promise((resolve) => setTimeout(resolve, 100))`, and `sleep` of node:timers/promises. */
function isSleep(node: ts.Node): boolean {
  if (ts.isNewExpression(node) && node.expression.getText() === 'Promise') {
    const executor = node.arguments?.[0];
    if (executor === undefined || !ts.isArrowFunction(executor)) return false;
    const resolve = executor.parameters[0]?.name.getText();
    let sleeps = false;
    walk(executor, (inner) => {
      if (!ts.isCallExpression(inner) || inner.expression.getText() !== 'setTimeout') return;
      sleeps ||= inner.arguments[0]?.getText() === resolve;
    });
    return sleeps;
  }
  if (!ts.isImportSpecifier(node) || (node.propertyName ?? node.name).text !== 'setTimeout') {
    return false;
  }
  return node.parent.parent.parent.moduleSpecifier.getText().includes('timers/promises');
}

export function bannedCalls({ path, ast }: Source): Finding[] {
  if (ast === undefined) return [];
  const found: Finding[] = [];
  walk(ast, (node) => {
    let message: string | undefined;
    if (ts.isCallExpression(node)) message = bannedCall(path, node);
    else if (ts.isNewExpression(node)) message = bannedDate(path, node);
    else if (ts.isPropertyAccessExpression(node)) message = bannedProperty(node);
    if (isTest(path) && isSleep(node)) {
      message = 'a sleep is no synchronisation: use waitFor() of @tickwire/testing';
    }
    if (message === undefined) return;
    found.push({ path, line: lineOf(ast, node), rule: 'banned-call', message });
  });
  return found;
}
