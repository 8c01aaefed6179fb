/** Where a thread runs, and before whom: of the calling thread alone, not of its process. */
import { ShmError, errnoError } from './errors.ts';
import { bytesOf } from './socket-options.ts';
import { Linux, systemCalls } from './system-calls.ts';

const CPUS_MAX = 1_024;
/** The least of the real-time priorities: before everything that is not real-time. */
const REALTIME_PRIORITY = 1;

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
 * The calling thread goes before all that is not real-time (SCHED_FIFO), as soon as it has
 * something to do. For threads that sleep: one that never does gets 95 % of its CPU, in one piece,
 * and then nothing for 50 ms. Threads that it starts are of the usual kind.
 * @throws ShmError `NOT_PERMITTED`: needs CAP_SYS_NICE or a limit (`ulimit -r`); `UNSUPPORTED`,
 *   `SYSTEM`.
 */
export function makeThreadRealtime(): void {
  const calls = systemCalls();
  const policy = Linux.SCHED_FIFO | Linux.SCHED_RESET_ON_FORK;
  const parameters = bytesOf(Int32Array.of(REALTIME_PRIORITY));
  if (calls.schedSetScheduler(0, policy, parameters) === 0) return;
  const errno = calls.errno();
  if (errno !== Linux.EPERM) throw errnoError('making a thread real-time', errno);
  throw new ShmError('NOT_PERMITTED', 'this user may not make a thread real-time', {
    hint: 'give the process CAP_SYS_NICE, or raise its limit: ulimit -r 1',
  });
}
