import { readAll, unknown, wholeNumberOf } from './check.ts';
import type { Check, Finding } from './check.ts';
import type { Host } from './host.ts';
import { formatBytes, formatCount } from '../quantity.ts';

const LIMITS = '/proc/self/limits';
const SWAPS = '/proc/swaps';
const FILES_MIN = 1_024;
const FILES_WANTED = 65_536;
const GIB = 1024 ** 3;
const DISK_BYTES_MIN = GIB / 4;

/** Soft and hard value of a limit; `unlimited` is Infinity. */
function limitOf(host: Host, name: string): { soft: number; hard: number } | undefined {
  const line = (host.read(LIMITS) ?? '').split('\n').find((text) => text.startsWith(name));
  const [, soft, hard] = /\s(\d{1,19}|unlimited)\s+(\d{1,19}|unlimited)\s/.exec(line ?? '') ?? [];
  if (soft === undefined || hard === undefined) return undefined;
  const value = (text: string): number => (text === 'unlimited' ? Infinity : Number(text));
  return { soft: value(soft), hard: value(hard) };
}

const limitText = (value: number): string =>
  value === Infinity ? 'unlimited' : formatCount(value);

function inspectFiles(host: Host): Finding {
  const limit = limitOf(host, 'Max open files');
  if (limit === undefined) return unknown([], 'limits are not visible');
  // Node itself raises the soft limit to the hard one.
  const read = [{ source: LIMITS, value: `open files ${limitText(limit.hard)}` }];
  const note = `${limitText(limit.hard)} files and connections a process`;
  if (limit.hard >= FILES_WANTED) return { state: 'ok', read, note };
  return {
    state: limit.hard < FILES_MIN ? 'bad' : 'warn',
    read,
    note,
    byHand: `LimitNOFILE=${FILES_WANTED} in tickwire.service, or ulimit -Hn before a start`,
  };
}

function inspectLockedMemory(host: Host): Finding {
  const limit = limitOf(host, 'Max locked memory');
  if (limit === undefined) return unknown([], 'limits are not visible');
  const read = [{ source: LIMITS, value: `locked memory ${limitText(limit.soft)}` }];
  if (limit.soft === Infinity) return { state: 'ok', read, note: 'unlimited' };
  const [, ...swaps] = (host.read(SWAPS) ?? '').split('\n');
  read.push(...readAll(host, [SWAPS]));
  const note = formatBytes(limit.soft);
  if (host.read(SWAPS) !== undefined && swaps.length === 0) {
    return { state: 'ok', read, note: `${note}, and the host has no swap` };
  }
  return {
    state: 'warn',
    read,
    note: `${note}: pages of rings may be swapped out`,
    byHand: 'swapoff -a, or run it by tickwire.service, which sets MemorySwapMax=0',
  };
}

function inspectDisk(host: Host, options: SystemCheckOptions): Finding {
  const space = host.space(options.dataDir);
  if (space === undefined) return unknown([], 'the data directory cannot be looked at');
  const { freeBytes } = space;
  const read = [{ source: options.dataDir, value: `${formatBytes(freeBytes)} free` }];
  const note = `${formatBytes(freeBytes)} free, budget ${formatBytes(options.storeBudgetBytes)}`;
  if (freeBytes >= options.storeBudgetBytes) return { state: 'ok', read, note };
  const byHand = 'free some space, name another --data-dir, or lower storeBudgetBytes';
  return { state: freeBytes < DISK_BYTES_MIN ? 'bad' : 'warn', read, note, byHand };
}

function inspectNode(host: Host): Finding {
  const read = [{ source: 'node --version', value: host.nodeVersion }];
  const major = wholeNumberOf(/^v?(\d+)\./.exec(host.nodeVersion)?.[1]);
  if (major === undefined) return unknown(read, 'this is no version of Node');
  if (major >= 24) return { state: 'ok', read, note: host.nodeVersion };
  const byHand = 'start Tickwire with npm, which brings its own Node, or install Node 24';
  return { state: 'bad', read, note: `Node ${major} does not run it`, byHand };
}

function inspectNats(host: Host): Finding {
  const answer = host.run('nats-server', ['-v']);
  if (answer === undefined) {
    return {
      state: 'warn',
      read: [{ source: 'nats-server -v', value: 'not found' }],
      note: 'the embedded broker stands in: streams on the bus are not durable',
      byHand: 'apt-get install nats-server, or give natsUrl in the configuration',
    };
  }
  const read = [{ source: 'nats-server -v', value: answer }];
  const version = /v(\d+)\.(\d+)\.\d+/.exec(answer);
  if (version === null) return unknown(read, 'it does not say its version');
  const isRecent = Number(version[1]) > 2 || (Number(version[1]) === 2 && Number(version[2]) >= 9);
  return { state: isRecent ? 'ok' : 'warn', read, note: version[0] };
}

function inspectKernel(host: Host): Finding {
  const read = readAll(host, ['/proc/sys/kernel/osrelease']);
  const [, major, minor] = /^(\d{1,3})\.(\d{1,3})/.exec(read[0]?.value ?? '') ?? [];
  if (major === undefined || minor === undefined) return unknown(read, 'the kernel does not say');
  const isRecent = Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 10);
  return { state: isRecent ? 'ok' : 'warn', read, note: `Linux ${major}.${minor}` };
}

export interface SystemCheckOptions {
  readonly dataDir: string;
  readonly storeBudgetBytes: number;
}

export function systemChecks(options: SystemCheckOptions): readonly Check[] {
  return [
    {
      id: 'open-files',
      recommended: formatCount(FILES_WANTED),
      why: 'each connection is a file; at the limit new ones are refused',
      inspect: inspectFiles,
    },
    {
      id: 'locked-memory',
      recommended: 'unlimited, or no swap',
      why: 'a page of a ring that was swapped out costs a disk read',
      inspect: inspectLockedMemory,
    },
    {
      id: 'data-disk',
      recommended: `room for the store: ${formatBytes(options.storeBudgetBytes)}`,
      why: 'a full disk stops the store; ticks wait in the journal as long as it has room',
      inspect: (host) => inspectDisk(host, options),
    },
    {
      id: 'node',
      recommended: 'Node 24',
      why: 'it runs the services as they are, without a build',
      inspect: inspectNode,
    },
    {
      id: 'nats-server',
      recommended: 'nats-server 2.9 or newer',
      why: 'it keeps streams over restarts and serves other hosts',
      inspect: inspectNats,
    },
    {
      id: 'kernel',
      recommended: 'Linux 5.10 or newer',
      why: 'what Tickwire is tested on',
      inspect: inspectKernel,
    },
  ];
}
