/**
 * The few functions of the C library that Node has no API for. The only FFI of the project.
 *
 * `fcntl` and `syscall` are variadic in C; on the two supported platforms integer arguments of a
 * variadic function travel as those of any other, so they are declared with fixed ones. A call
 * costs 40–700 ns: once per batch or per second, never per tick.
 */
import { createRequire } from 'node:module';
import type koffi from 'koffi';
import { ShmError } from './errors.ts';

/** Numbers that differ by architecture, and the constants of Linux's headers. */
const futexNumber: Readonly<Record<string, { futex: number; waitv: number }>> = {
  x64: { futex: 202, waitv: 449 },
  arm64: { futex: 98, waitv: 449 },
};

export const Linux = {
  PROT_READ: 1,
  PROT_WRITE: 2,
  MAP_SHARED: 1,
  MAP_PRIVATE: 2,
  MAP_ANONYMOUS: 0x20,
  MADV_POPULATE_WRITE: 23,
  F_OFD_GETLK: 36,
  F_OFD_SETLK: 37,
  F_WRLCK: 1,
  F_UNLCK: 2,
  FUTEX_WAIT: 0,
  FUTEX_WAKE: 1,
  FUTEX2_SIZE_U32: 2,
  CLOCK_REALTIME: 0,
  CLOCK_MONOTONIC: 1,
  TMPFS_MAGIC: 0x0102_1994,
  AF_INET: 2,
  SOCK_DGRAM: 2,
  SOCK_NONBLOCK: 0o4000,
  SOCK_CLOEXEC: 0o2000000,
  SOL_SOCKET: 1,
  SO_REUSEADDR: 2,
  SO_RCVBUF: 8,
  SO_RCVBUFFORCE: 33,
  SO_TIMESTAMPNS: 35,
  SO_RXQ_OVFL: 40,
  SO_BUSY_POLL: 46,
  SO_MEMINFO: 55,
  IPPROTO_IP: 0,
  IP_ADD_MEMBERSHIP: 35,
  IP_ADD_SOURCE_MEMBERSHIP: 39,
  MSG_TRUNC: 0x20,
  MSG_DONTWAIT: 0x40,
  POLLIN: 1,
  SCHED_FIFO: 1,
  SCHED_RESET_ON_FORK: 0x4000_0000,
  EPERM: 1,
  EINTR: 4,
  EAGAIN: 11,
  EINVAL: 22,
} as const;

export interface SystemCalls {
  readonly futexNumber: number;
  readonly futexWaitvNumber: number;
  mmap(
    address: number,
    length: number,
    protection: number,
    flags: number,
    fd: number,
    offset: number,
  ): number | bigint;
  munmap(address: number | bigint, length: number): number;
  madvise(address: number | bigint, length: number, advice: number): number;
  mlock(address: number | bigint, length: number): number;
  fcntl(fd: number, command: number, argument: Uint8Array): number;
  posixFallocate(fd: number, offset: number, length: number): number;
  clockGettime(clock: number, into: Uint8Array): number;
  /** Both of the calling thread when `id` is 0. */
  schedSetAffinity(id: number, length: number, mask: Uint8Array): number;
  schedSetScheduler(id: number, policy: number, parameters: Uint8Array): number;
  getsockopt(
    fd: number,
    level: number,
    option: number,
    into: Uint8Array,
    length: Uint8Array,
  ): number;
  setsockopt(fd: number, level: number, option: number, from: Uint8Array, length: number): number;
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  getsockname(fd: number, into: Uint8Array, length: Uint8Array): number;
  close(fd: number): number;
  /** Addresses of memory that does not move, 0 for none: a call converts nothing. */
  recvmmsg(
    fd: number,
    headers: number | bigint,
    count: number,
    flags: number,
    timeout: number,
  ): number;
  ppoll(entries: number | bigint, count: number, timeout: number | bigint, mask: number): number;
  syscall(
    call: number,
    a: number | bigint,
    b: number,
    c: number,
    d: Uint8Array | null,
    e: number,
    f: number,
  ): number;
  /** `syscall` on a thread of libuv's pool; its errno is lost. */
  syscallInPool(
    call: number,
    a: number | bigint,
    b: number,
    c: number,
    d: Uint8Array | null,
    e: number,
    f: number,
    done: (error: unknown, result: number) => void,
  ): void;
  /** `syscall` with a pointer first, for `futex_waitv`. */
  syscallOnBytes(
    call: number,
    a: Uint8Array,
    b: number,
    c: number,
    d: Uint8Array | null,
    e: number,
    f: number,
  ): number;
  /** The same on a thread of libuv's pool. */
  syscallOnBytesInPool(
    call: number,
    a: Uint8Array,
    b: number,
    c: number,
    d: Uint8Array | null,
    e: number,
    f: number,
    done: (error: unknown, result: number) => void,
  ): void;
  errno(): number;
  view(address: number | bigint, length: number): ArrayBuffer;
}

let loaded: SystemCalls | undefined;

/**
 * The calls, bound once per thread.
 * @throws ShmError `UNSUPPORTED` with a sentence for the person at the terminal.
 */
export function systemCalls(): SystemCalls {
  loaded ??= bind();
  return loaded;
}

function bind(): SystemCalls {
  const numbers = process.platform === 'linux' ? futexNumber[process.arch] : undefined;
  if (numbers === undefined) {
    throw new ShmError(
      'UNSUPPORTED',
      `rings need Linux on x64 or arm64; this is ${process.platform} on ${process.arch}`,
      { hint: 'run Tickwire in a Linux virtual machine or container' },
    );
  }
  const ffi = loadKoffi();
  const libc = ffi.load(null);
  const syscallTail = ['int', 'uint32_t', 'void *', 'uintptr_t', 'uint32_t'];
  const syscall = libc.func('syscall', 'long', ['long', 'uintptr_t', ...syscallTail]);
  const syscallOnBytes = libc.func('syscall', 'long', ['long', 'void *', ...syscallTail]);
  return {
    futexNumber: numbers.futex,
    futexWaitvNumber: numbers.waitv,
    mmap: libc.func('mmap', 'uintptr_t', [
      'uintptr_t',
      'size_t',
      'int',
      'int',
      'int',
      'int64_t',
    ]) as SystemCalls['mmap'],
    munmap: libc.func('munmap', 'int', ['uintptr_t', 'size_t']) as SystemCalls['munmap'],
    madvise: libc.func('madvise', 'int', ['uintptr_t', 'size_t', 'int']) as SystemCalls['madvise'],
    mlock: libc.func('mlock', 'int', ['uintptr_t', 'size_t']) as SystemCalls['mlock'],
    fcntl: libc.func('fcntl', 'int', ['int', 'int', 'void *']) as SystemCalls['fcntl'],
    posixFallocate: libc.func('posix_fallocate', 'int', [
      'int',
      'int64_t',
      'int64_t',
    ]) as SystemCalls['posixFallocate'],
    clockGettime: libc.func('clock_gettime', 'int', [
      'int',
      'void *',
    ]) as SystemCalls['clockGettime'],
    getsockopt: libc.func('getsockopt', 'int', [
      'int',
      'int',
      'int',
      'void *',
      'void *',
    ]) as SystemCalls['getsockopt'],
    setsockopt: libc.func('setsockopt', 'int', [
      'int',
      'int',
      'int',
      'void *',
      'uint32_t',
    ]) as SystemCalls['setsockopt'],
    ...bindScheduling(libc),
    ...bindSockets(libc),
    syscall: syscall as SystemCalls['syscall'],
    syscallInPool: syscall.async as SystemCalls['syscallInPool'],
    syscallOnBytes: syscallOnBytes as SystemCalls['syscallOnBytes'],
    syscallOnBytesInPool: syscallOnBytes.async as SystemCalls['syscallOnBytesInPool'],
    errno: () => ffi.errno(),
    view: (address, length) => ffi.view(address, length),
  };
}

type SchedulingCalls = Pick<SystemCalls, 'schedSetAffinity' | 'schedSetScheduler'>;

function bindScheduling(libc: ReturnType<typeof koffi.load>): SchedulingCalls {
  const affinity = libc.func('sched_setaffinity', 'int', ['int', 'size_t', 'void *']);
  const scheduler = libc.func('sched_setscheduler', 'int', ['int', 'int', 'void *']);
  return {
    schedSetAffinity: affinity as SystemCalls['schedSetAffinity'],
    schedSetScheduler: scheduler as SystemCalls['schedSetScheduler'],
  };
}

type SocketCalls = Pick<
  SystemCalls,
  'socket' | 'bind' | 'getsockname' | 'close' | 'recvmmsg' | 'ppoll'
>;

function bindSockets(libc: ReturnType<typeof koffi.load>): SocketCalls {
  const recvmmsg = ['int', 'uintptr_t', 'uint32_t', 'int', 'uintptr_t'];
  const ppoll = ['uintptr_t', 'uint64_t', 'uintptr_t', 'uintptr_t'];
  return {
    socket: libc.func('socket', 'int', ['int', 'int', 'int']) as SystemCalls['socket'],
    bind: libc.func('bind', 'int', ['int', 'void *', 'uint32_t']) as SystemCalls['bind'],
    getsockname: libc.func('getsockname', 'int', [
      'int',
      'void *',
      'void *',
    ]) as SystemCalls['getsockname'],
    close: libc.func('close', 'int', ['int']) as SystemCalls['close'],
    recvmmsg: libc.func('recvmmsg', 'int', recvmmsg) as SystemCalls['recvmmsg'],
    ppoll: libc.func('ppoll', 'int', ppoll) as SystemCalls['ppoll'],
  };
}

/** Not imported: an import that fails could not say in a sentence what is missing. */
function loadKoffi(): typeof koffi {
  try {
    return createRequire(import.meta.url)('koffi') as typeof koffi;
  } catch (cause) {
    throw new ShmError('UNSUPPORTED', 'the package koffi has no binary for this machine', {
      hint: 'install with optional dependencies: npm ci --include=optional',
      cause,
    });
  }
}
