/** What a process takes from the machine, as the kernel counts it. */
import { readFileSync, readdirSync } from 'node:fs';

/** Proportional set size: own pages, and shared ones divided by their users. Bytes. */
export function pssBytes(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kib = /^Pss:\s+(\d+) kB/m.exec(text)?.[1];
  if (kib === undefined) throw new Error(`no PSS of process ${pid}`);
  return Number(kib) * 1024;
}

/** CPU time of all threads that live, ns. */
export function threadsCpuNs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sum, task) => {
    const [runningNs = '0'] = readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ');
    return sum + Number(runningNs);
  }, 0);
}
