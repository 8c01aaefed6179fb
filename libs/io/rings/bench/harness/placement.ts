/** On which cores the two sides run, and whether the machine lets us choose. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Placement {
  /** Core of the writer and of the reader; `undefined` when processes cannot be pinned here. */
  readonly cores: readonly [writer: number, reader: number] | undefined;
  /** What the report says of it. */
  readonly note: string;
}

/** Two cores that this process may use, and `taskset` to pin to them. */
export function choosePlacement(): Placement {
  const status = readFileSync('/proc/self/status', 'utf8');
  const allowed = parseCoreList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '');
  const [writer, reader] = allowed;
  if (writer === undefined || reader === undefined) {
    return { cores: undefined, note: `not pinned: only ${allowed.length} core may be used` };
  }
  const probe = spawnSync('taskset', ['-c', `${writer}`, 'true'], { stdio: 'ignore' });
  if (probe.status !== 0) {
    const reason = probe.error === undefined ? `taskset ended with ${probe.status}` : 'no taskset';
    return { cores: undefined, note: `not pinned: ${reason} (apt install util-linux)` };
  }
  return {
    cores: [writer, reader],
    note: `writer pinned to core ${writer}, reader to core ${reader}, helper threads with them`,
  };
}

/** `0-2,5` → 0, 1, 2, 5. */
export function parseCoreList(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number);
    if (!Number.isInteger(first) || !Number.isInteger(last) || part === '') return [];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
