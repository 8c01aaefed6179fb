// Preloaded (`--import`) into a process that is to be killed: gives it the instrumented modules of
// `prepareFailpoints` instead of the plain ones, and kills it at the chosen pass of one site.
// `TICKWIRE_FAILPOINTS` holds `FailpointOrders` as JSON.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { INSIDE } from './inside.ts';

export interface FailpointOrders {
  /** JSON: URL of a module → path of its instrumented text. */
  readonly modules: string;
  /** Any production module of `ipc-shm`: finds the same koffi. */
  readonly koffiFrom: string;
  /** Where to die: SIGKILL at pass `pass` (1 = the first) of this site. */
  readonly site?: string;
  readonly pass?: number;
  /** Of a site inside of a block: the share of the bytes that is stored; ½ when not given. */
  readonly share?: number;
  /** Where to write, at a normal end, how often each site was passed. */
  readonly counts?: string;
}

/** A typed array or a Buffer, or anything else with a method of such a name. */
type Storing = Record<string, (...args: unknown[]) => unknown>;

declare global {
  var ringFailpoint: <T>(site: string, target: unknown, value: T) => T;
  var ringFilepoint: <T>(site: string, value: T) => T;
  var ringBlock: (site: string, object: Storing, method: string, ...args: unknown[]) => unknown;
}

const orders = JSON.parse(process.env.TICKWIRE_FAILPOINTS ?? '') as FailpointOrders;
const texts = new Map(
  Object.entries(JSON.parse(readFileSync(orders.modules, 'utf8')) as Record<string, string>),
);
registerHooks({
  load(url, context, nextLoad) {
    const text = texts.get(url);
    if (text === undefined) return nextLoad(url, context);
    return { format: 'module', source: readFileSync(text, 'utf8'), shortCircuit: true };
  },
});

/** Every buffer that the FFI has made is a mapping; no other memory is shared. */
const mapped = new WeakSet<ArrayBuffer>();
const ffi = createRequire(pathToFileURL(orders.koffiFrom))('koffi') as {
  view(address: number | bigint, length: number): ArrayBuffer;
};
const view = ffi.view;
ffi.view = (...args) => {
  const buffer = view(...args);
  mapped.add(buffer);
  return buffer;
};

const passes = new Map<string, number>();
let left = orders.pass ?? 0;

/** Whether this is the pass at which to die. */
function isDue(site: string): boolean {
  if (orders.counts !== undefined) passes.set(site, (passes.get(site) ?? 0) + 1);
  if (site !== orders.site) return false;
  left -= 1;
  return left === 0;
}

function pass(site: string): void {
  if (isDue(site)) process.kill(process.pid, 'SIGKILL');
}

const isShared = (target: unknown): boolean =>
  ArrayBuffer.isView(target) && mapped.has(target.buffer as ArrayBuffer);

globalThis.ringFailpoint = (site, target, value) => {
  const matters = orders.counts !== undefined || site === orders.site;
  if (matters && isShared(target)) pass(site);
  return value;
};
globalThis.ringFilepoint = (site, value) => {
  pass(site);
  return value;
};
globalThis.ringBlock = (site, object, method, ...args) => {
  // Buffer.copy stores into what it is given, the others into what they are called on.
  const shared = isShared(method === 'copy' ? args[0] : object);
  if (shared && isDue(`${site}${INSIDE}`)) {
    storePart(object, method, args);
    process.kill(process.pid, 'SIGKILL');
  }
  const value = object[method]?.(...args);
  if (shared) pass(site);
  return value;
};

/** What is in memory when a death comes inside of a block: its first bytes. */
function storePart(object: Storing, method: string, args: readonly unknown[]): void {
  const share = orders.share ?? 0.5;
  const part = (from: number, to: number): number => from + Math.floor((to - from) * share);
  const length = (of: unknown): number => (of as ArrayLike<unknown>).length;
  const number = (at: number, otherwise: number): number => Number(args[at] ?? otherwise);
  const [first] = args;
  if (method === 'set') {
    const values = Array.from(first as ArrayLike<number>).slice(0, part(0, length(first)));
    object.set?.(values, number(1, 0));
  } else if (method === 'fill') {
    const from = number(1, 0);
    object.fill?.(first, from, part(from, number(2, length(object))));
  } else if (method === 'copy') {
    const from = number(2, 0);
    object.copy?.(first, number(1, 0), from, part(from, number(3, length(object))));
  } else {
    const from = number(1, 0);
    object.copyWithin?.(first, from, part(from, number(2, length(object))));
  }
}

const { counts } = orders;
if (counts !== undefined) {
  process.on('exit', () => writeFileSync(counts, JSON.stringify(Object.fromEntries(passes))));
}
