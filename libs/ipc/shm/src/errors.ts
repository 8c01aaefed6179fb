import { getSystemErrorName } from 'node:util';
import { TickwireError } from '@tickwire/core';

/**
 * What can go wrong with shared memory and the sockets of packets.
 *
 * | code | meaning | what the caller does |
 * |---|---|---|
 * | UNSUPPORTED | not Linux on x64 or arm64, or the FFI is missing | say so and stop |
 * | NO_SPACE | the file system is full | free space or take a smaller ring |
 * | EXISTS | the path is taken | open it instead |
 * | NOT_FOUND | no such file | wait for it |
 * | NOT_TRUSTED | a link, not a regular file, or one that others could write or cut | do not open |
 * | BAD_SIZE | empty, or not the size it must have | do not open |
 * | IN_USE | the port belongs to a socket that shares it with nobody | free it, or take another |
 * | NO_ADDRESS | no interface of this host has the address | correct it |
 * | NOT_PERMITTED | the user lacks the permission | run as one who has it |
 * | LIMIT | a limit of the host is used up: descriptors, groups of a socket | raise the limit |
 * | BAD_ARGUMENT | an argument out of its range | a bug of the caller |
 * | SYSTEM | any other refusal of the operating system, `errnoName` says which | report it |
 */
export type ShmErrorCode =
  | 'UNSUPPORTED'
  | 'NO_SPACE'
  | 'EXISTS'
  | 'NOT_FOUND'
  | 'NOT_TRUSTED'
  | 'BAD_SIZE'
  | 'IN_USE'
  | 'NO_ADDRESS'
  | 'NOT_PERMITTED'
  | 'LIMIT'
  | 'BAD_ARGUMENT'
  | 'SYSTEM';

export interface ShmErrorDetails {
  readonly path?: string | undefined;
  readonly errnoName?: string | undefined;
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** An error of shared memory: `code`, the path and the operating system's name for it. */
export class ShmError extends TickwireError {
  declare readonly code: ShmErrorCode;
  readonly path: string | undefined;
  readonly errnoName: string | undefined;

  constructor(code: ShmErrorCode, message: string, details: ShmErrorDetails = {}) {
    super(code, message, {
      ...(details.hint === undefined ? {} : { hint: details.hint }),
      ...(details.cause === undefined ? {} : { cause: details.cause }),
    });
    this.path = details.path;
    this.errnoName = details.errnoName;
  }
}

const codeOfErrno: Readonly<Record<string, ShmErrorCode>> = {
  ENOSPC: 'NO_SPACE',
  EDQUOT: 'NO_SPACE',
  EFBIG: 'NO_SPACE',
  EEXIST: 'EXISTS',
  ENOENT: 'NOT_FOUND',
  ELOOP: 'NOT_TRUSTED',
  EISDIR: 'NOT_TRUSTED',
};

/** The same numbers mean other things of a socket than of a file. */
const socketCodeOfErrno: Readonly<Record<string, ShmErrorCode>> = {
  EADDRINUSE: 'IN_USE',
  EADDRNOTAVAIL: 'NO_ADDRESS',
  ENODEV: 'NO_ADDRESS',
  EPERM: 'NOT_PERMITTED',
  EACCES: 'NOT_PERMITTED',
  EMFILE: 'LIMIT',
  ENFILE: 'LIMIT',
  ENOBUFS: 'LIMIT',
};

const hintOfCode: Readonly<Partial<Record<ShmErrorCode, string>>> = {
  NO_SPACE: 'free space on that file system, or configure fewer slots',
  NOT_TRUSTED: 'remove what has the name of the file, and start the writer again',
  IN_USE: 'end what listens there (ss -ulpn shows it), or take another port',
  NO_ADDRESS: 'give the IPv4 address of an interface of this host: ip -4 addr shows them',
  NOT_PERMITTED: 'run as a user that may do it, or take a port above 1023',
  LIMIT: 'raise the limit: ulimit -n, net.ipv4.igmp_max_memberships, net.core.optmem_max',
};

/** From an errno of a system call made through the FFI. */
export function errnoError(call: string, errno: number, path?: string): ShmError {
  const errnoName = getSystemErrorName(-errno);
  const code = codeOfErrno[errnoName] ?? 'SYSTEM';
  const where = path === undefined ? '' : ` on ${path}`;
  return new ShmError(code, `${call}${where} failed: ${errnoName}`, {
    path,
    errnoName,
    hint: hintOfCode[code],
  });
}

/** The same of a call on a socket; `what` names the address. */
export function socketError(what: string, errno: number): ShmError {
  const errnoName = getSystemErrorName(-errno);
  const code = socketCodeOfErrno[errnoName] ?? 'SYSTEM';
  return new ShmError(code, `${what} failed: ${errnoName}`, { errnoName, hint: hintOfCode[code] });
}

/** Runs a call of `node:fs` and gives its failure a code of ours. */
export function withPath<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof TickwireError || !(cause instanceof Error)) throw cause;
    const errnoName = 'code' in cause && typeof cause.code === 'string' ? cause.code : 'UNKNOWN';
    const code = codeOfErrno[errnoName] ?? 'SYSTEM';
    throw new ShmError(code, cause.message, { path, errnoName, hint: hintOfCode[code], cause });
  }
}
