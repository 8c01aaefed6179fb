/** Where a thread runs, and before whom. Both are of the calling thread alone, not its process. */
import { ShmError, errnoError } from './errors.ts';
import { Linux, systemCalls } from './system-calls.ts';

const CPUS_MAX = 1_024;
/** `nice` of a thread that every other goes before, and of one that goes before every other. */
const NICE_LAST = 19;
const NICE_FIRST = -20;

/**
 * The calling thread runs on this CPU only, from now on.
 * @param cpu - As the kernel numbers them, 0 … 1,023.
 * @throws ShmError `BAD_ARGUMENT`: no such CPU, or it is not one of those this process may use;
 *   `UNSUPPORTED`, `SYSTEM`.
 */
export function pinThread(cpu: number): void {
  if (!Number.isInteger(cpu) || cpu < 0 || cpu >= CPUS_MAX) {
    throw new ShmError('BAD_ARGUMENT', `CPU ${cpu}, allowed: 0 to ${CPUS_MAX - 1}`);
  }
  const calls = systemCalls();
  const mask = new Uint8Array(CPUS_MAX / 8);
  mask[cpu >>> 3] = 1 << (cpu & 7);
  if (calls.schedSetAffinity(0, mask.length, mask) === 0) return;
  const errno = calls.errno();
  if (errno !== Linux.EINVAL) throw errnoError(`running on CPU ${cpu} only`, errno);
  throw new ShmError('BAD_ARGUMENT', `this process may not run on CPU ${cpu}`, {
    hint: 'take one of those that grep Cpus_allowed_list /proc/self/status shows',
  });
}

/**
 * How the calling thread is weighed against others on its CPU.
 * @param nice - −20 (before all others) … 19; 0 is the weight of any thread.
 * @throws ShmError `NOT_PERMITTED`: below 0 it needs CAP_SYS_NICE or a limit (`ulimit -e`);
 *   `BAD_ARGUMENT`, `UNSUPPORTED`, `SYSTEM`.
 */
export function setThreadNice(nice: number): void {
  if (!Number.isInteger(nice) || nice < NICE_FIRST || nice > NICE_LAST) {
    const allowed = `allowed: ${NICE_FIRST} to ${NICE_LAST}`;
    throw new ShmError('BAD_ARGUMENT', `a nice value of ${nice}, ${allowed}`);
  }
  const calls = systemCalls();
  if (calls.setpriority(Linux.PRIO_PROCESS, 0, nice) === 0) return;
  const errno = calls.errno();
  // EACCES here is what EPERM is elsewhere (setpriority(2)).
  if (errno !== Linux.EACCES && errno !== Linux.EPERM) {
    throw errnoError(`a nice value of ${nice}`, errno);
  }
  throw new ShmError('NOT_PERMITTED', `a nice value of ${nice} is not allowed to this user`, {
    hint: 'give the process CAP_SYS_NICE, or raise its limit: ulimit -e 40',
  });
}
