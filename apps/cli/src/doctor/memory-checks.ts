import { chosen, fileSettings, readAll, unknown, wholeNumberOf } from './check.ts';
import type { Check, Finding } from './check.ts';
import type { Host } from './host.ts';
import { formatBytes } from '../quantity.ts';

const THP = '/sys/kernel/mm/transparent_hugepage';
const SHM = '/dev/shm';

function inspectThp(host: Host): Finding {
  const read = readAll(host, [`${THP}/enabled`, `${THP}/defrag`, `${THP}/shmem_enabled`]);
  const [enabled] = read;
  if (enabled === undefined || !enabled.source.endsWith('/enabled')) {
    return unknown(read, 'the kernel has no transparent huge pages, or hides them');
  }
  const mode = chosen(enabled.value);
  if (mode === 'madvise' || mode === 'never') return { state: 'ok', read, note: mode };
  return {
    state: 'warn',
    read,
    note: 'the kernel may stop a process to put its pages together',
    settings: fileSettings([enabled], 'madvise'),
  };
}

function inspectHugePages(host: Host): Finding {
  const read = readAll(host, ['/proc/sys/vm/nr_hugepages']);
  const free = /^HugePages_Free:\s+(\d+)$/m.exec(host.read('/proc/meminfo') ?? '')?.[1];
  const reserved = wholeNumberOf(read[0]?.value);
  if (reserved === undefined) return unknown(read, 'the kernel does not say');
  if (reserved === 0) return { state: 'ok', read, note: 'none reserved, and rings need none' };
  const unused = wholeNumberOf(free) ?? 0;
  const note = `${reserved} reserved, ${unused} of them unused; rings need none`;
  return { state: unused === reserved ? 'warn' : 'ok', read, note };
}

/** @param ringBytes - What the rings and counters of the demo take. */
function inspectShmSize(host: Host, ringBytes: number): Finding {
  const space = host.space(SHM);
  if (space === undefined || host.list('/dev').includes('shm') === false) {
    return { state: 'bad', read: [], note: 'there is no /dev/shm: give --ring-dir on a tmpfs' };
  }
  const { totalBytes, freeBytes } = space;
  const value = `${formatBytes(freeBytes)} free of ${formatBytes(totalBytes)}`;
  const read = [{ source: SHM, value }];
  if (freeBytes >= ringBytes) return { state: 'ok', read, note: value };
  return {
    state: 'bad',
    read,
    note: `the rings of one vendor need ${formatBytes(ringBytes)}`,
    byHand: 'mount -o remount,size=1G /dev/shm, and the same size in /etc/fstab',
  };
}

function inspectShmOptions(host: Host): Finding {
  const line = (host.read('/proc/mounts') ?? '')
    .split('\n')
    .map((text) => text.split(' '))
    .find((fields) => fields[1] === SHM);
  if (line === undefined) {
    return unknown([], '/dev/shm is no mount of its own, or mounts are not visible');
  }
  const [, , type = '', options = ''] = line;
  const read = [{ source: '/proc/mounts', value: `${SHM} ${type} ${options}` }];
  const words = options.split(',');
  if (type !== 'tmpfs') {
    return { state: 'warn', read, note: `rings on ${type} may be written to a disk` };
  }
  if (words.includes('ro')) return { state: 'bad', read, note: 'it is read-only' };
  const missing = ['nosuid', 'nodev'].filter((word) => !words.includes(word));
  if (missing.length === 0) return { state: 'ok', read, note: 'tmpfs' };
  return {
    state: 'warn',
    read,
    note: `any user can write there, and it is mounted without ${missing.join(', ')}`,
    byHand: `mount -o remount,${missing.join(',')} /dev/shm, and the same in /etc/fstab`,
  };
}

export function memoryChecks(ringBytes: number): readonly Check[] {
  return [
    {
      id: 'transparent-huge-pages',
      recommended: 'madvise or never',
      why: 'defragmentation in the middle of a page fault takes milliseconds',
      inspect: inspectThp,
    },
    {
      id: 'huge-pages',
      recommended: 'none reserved for Tickwire',
      why: 'reserved pages that nobody uses are missing elsewhere',
      inspect: inspectHugePages,
    },
    {
      id: 'shm-size',
      recommended: `${formatBytes(ringBytes)} free for one vendor's rings`,
      why: 'rings and counters lie there',
      inspect: (host) => inspectShmSize(host, ringBytes),
    },
    {
      id: 'shm-options',
      recommended: 'tmpfs with nosuid, nodev',
      why: 'it is the one place that all users of the host may write',
      inspect: inspectShmOptions,
    },
  ];
}
