import { ShmError, socketError } from './errors.ts';
import { bytesOf, setSocketOption, socketOption, trySocketOption } from './socket-options.ts';
import { Linux, systemCalls } from './system-calls.ts';

const SOCKADDR_BYTES = 16;
/** `struct ip_mreqn`: group, address of the interface, its index. */
const MREQN_BYTES = 12;
/** Words of `SO_MEMINFO`, and the one that counts drops (linux/sock_diag.h). */
const MEMINFO_WORDS = 9;
const MEMINFO_DROPS = 8;
const TWO_32 = 2 ** 32;

export interface UdpSocketOptions {
  /**
   * IPv4. A multicast group is joined, and the socket bound to it: what is sent to another group or
   * to this host with the same port does not come in. Else an address of this host.
   */
  readonly address: string;
  /** 0 … 65,535; 0 takes a free one. */
  readonly port: number;
  /** IPv4 of the interface a group is joined on. Default: the one that the routes name. */
  readonly interfaceAddress?: string | undefined;
  /**
   * Of a group: IPv4 of those whose datagrams are taken (RFC 3678); the kernel passes no others on,
   * and counts none. Linux allows 10 (`net.ipv4.igmp_max_msf`). Default: whoever sends to it.
   */
  readonly senders?: readonly string[] | undefined;
  /** Room for datagrams that were not taken yet, bytes. Default: the host's (`rmem_default`). */
  readonly receiveBufferBytes?: number | undefined;
  /** The kernel looks at the card itself for so long, µs, before it says that there is nothing. */
  readonly busyPollUs?: number | undefined;
}

/** A UDP socket of Linux that stamps datagrams and counts what it had no room for. */
export interface UdpSocket {
  readonly fd: number;
  readonly address: string;
  readonly port: number;
  /** What the kernel granted, by its own count: twice what was asked, or twice `rmem_max`. */
  readonly receiveBufferBytes: number;
  /** Whether the kernel took `busyPollUs`: raising it needs CAP_NET_ADMIN. */
  readonly isBusyPolled: boolean;
  /** Datagrams for this socket that the kernel dropped since it was opened; a system call. */
  drops(): number;
  close(): void;
}

/**
 * Opens a socket for datagrams of one address, with kernel stamps (SO_TIMESTAMPNS) and the count of
 * drops (SO_RXQ_OVFL, SO_MEMINFO). One group a socket: so each has a buffer and a count of its own,
 * and `net.ipv4.igmp_max_memberships`, which counts by socket, is no limit.
 * @throws ShmError `UNSUPPORTED`, `BAD_ARGUMENT`, `IN_USE`, `NO_ADDRESS`, `NOT_PERMITTED`, `LIMIT`,
 *   `SYSTEM`; nothing stays open then.
 */
export function openUdpSocket(options: UdpSocketOptions): UdpSocket {
  const calls = systemCalls();
  const { AF_INET, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_CLOEXEC } = Linux;
  const name = socketName(options.address, options.port);
  const fd = calls.socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) throw socketError('socket', calls.errno());
  try {
    return bound(fd, name, options);
  } catch (error) {
    calls.close(fd);
    throw error;
  }
}

function bound(fd: number, name: Uint8Array, options: UdpSocketOptions): UdpSocket {
  const calls = systemCalls();
  const { address, port, receiveBufferBytes, busyPollUs = 0 } = options;
  setSocketOption(fd, Linux.SO_REUSEADDR, 1);
  setSocketOption(fd, Linux.SO_TIMESTAMPNS, 1);
  setSocketOption(fd, Linux.SO_RXQ_OVFL, 1);
  if (receiveBufferBytes !== undefined) enlarge(fd, receiveBufferBytes);
  const isBusyPolled = busyPollUs > 0 && trySocketOption(fd, Linux.SO_BUSY_POLL, busyPollUs);
  if (calls.bind(fd, name, name.length) !== 0) {
    throw socketError(`binding ${address}:${port}`, calls.errno());
  }
  if (isGroup(name)) join(fd, name, options);
  const drops = dropCount(fd);
  let open = true;
  return {
    ...{ fd, address, port: portOf(fd), isBusyPolled },
    receiveBufferBytes: socketOption(fd, Linux.SO_RCVBUF),
    drops: () => (open ? drops.read() : drops.last),
    close() {
      if (!open) return;
      drops.read();
      open = false;
      calls.close(fd);
    },
  };
}

/** Beyond `rmem_max` where that is allowed. */
function enlarge(fd: number, bytes: number): void {
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > 2 ** 30) {
    throw new ShmError('BAD_ARGUMENT', `a receive buffer of ${bytes} bytes, allowed: 1 to 2^30`);
  }
  if (trySocketOption(fd, Linux.SO_RCVBUFFORCE, bytes)) return;
  setSocketOption(fd, Linux.SO_RCVBUF, bytes);
}

function join(fd: number, name: Uint8Array, options: UdpSocketOptions): void {
  const { address, interfaceAddress, senders = [] } = options;
  const request = new Uint8Array(MREQN_BYTES);
  request.set(name.subarray(4, 8), 0);
  if (interfaceAddress !== undefined) request.set(addressBytes(interfaceAddress), 4);
  const where = interfaceAddress === undefined ? 'by the routes' : `on ${interfaceAddress}`;
  const { IP_ADD_MEMBERSHIP, IP_ADD_SOURCE_MEMBERSHIP } = Linux;
  if (senders.length === 0) add(IP_ADD_MEMBERSHIP, `joining ${address} ${where}`);
  for (const sender of senders) {
    request.set(addressBytes(sender), 8);
    add(IP_ADD_SOURCE_MEMBERSHIP, `joining ${address} of ${sender} ${where}`);
  }

  function add(option: number, what: string): void {
    const calls = systemCalls();
    const result = calls.setsockopt(fd, Linux.IPPROTO_IP, option, request, MREQN_BYTES);
    if (result !== 0) throw socketError(what, calls.errno());
  }
}

/** The kernel counts in 32 bits. */
function dropCount(fd: number): { read(): number; readonly last: number } {
  const words = new Uint32Array(MEMINFO_WORDS);
  const length = Uint32Array.of(words.byteLength);
  const [into, lengthBytes] = [bytesOf(words), bytesOf(length)];
  const calls = systemCalls();
  const count = (): number => {
    length[0] = words.byteLength;
    if (calls.getsockopt(fd, Linux.SOL_SOCKET, Linux.SO_MEMINFO, into, lengthBytes) !== 0) {
      throw socketError('getsockopt(SO_MEMINFO)', calls.errno());
    }
    return words[MEMINFO_DROPS]!;
  };
  let [before, total] = [count(), 0];
  return {
    read() {
      const now = count();
      total += now >= before ? now - before : now - before + TWO_32;
      before = now;
      return total;
    },
    get last() {
      return total;
    },
  };
}

/** `struct sockaddr_in`: family in the host's order, port and address in the network's. */
function socketName(address: string, port: number): Uint8Array {
  if (!Number.isInteger(port) || port < 0 || port > 0xffff) {
    throw new ShmError('BAD_ARGUMENT', `port ${port}, allowed: 0 to 65535`);
  }
  const name = new Uint8Array(SOCKADDR_BYTES);
  const view = new DataView(name.buffer);
  view.setUint16(0, Linux.AF_INET, true);
  view.setUint16(2, port);
  name.set(addressBytes(address), 4);
  return name;
}

function portOf(fd: number): number {
  const name = new Uint8Array(SOCKADDR_BYTES);
  const calls = systemCalls();
  if (calls.getsockname(fd, name, bytesOf(Uint32Array.of(SOCKADDR_BYTES))) !== 0) {
    throw socketError('getsockname', calls.errno());
  }
  return new DataView(name.buffer).getUint16(2);
}

const isGroup = (name: Uint8Array): boolean => name[4]! >= 224 && name[4]! <= 239;

function addressBytes(address: string): Uint8Array {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) {
    throw new ShmError('BAD_ARGUMENT', `${JSON.stringify(address)} is no address of IPv4`);
  }
  return Uint8Array.from(parts);
}
