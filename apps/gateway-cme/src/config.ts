// Configuration of the CME gateway. Keys are TICKWIRE_<KEY IN CAPITALS>.
import { isIPv4 } from 'node:net';
import { GATEWAY_PARTITIONS_MAX } from '@tickwire/gateway';
import {
  environmentFlag,
  environmentList,
  environmentNumber,
  environmentPaths,
  serviceConfig,
} from '@tickwire/io-service';
import { z } from 'zod';

const MIB = 1024 * 1024;
const whole = (least: number, most: number) =>
  environmentNumber.pipe(z.number().int().min(least).max(most));
const printable = z.string().regex(/^[\x20-\x7e]{1,256}$/, '1 to 256 printable characters');
export const gatewayConfig = serviceConfig.extend({
  /** The config.xml of MDP 3.0, which names groups, ports and services of each channel. */
  cmeConfigXml: z.string().min(1),
  /** Ids of channels, such as `310,382`. None: all that the file has. */
  cmeChannels: environmentList
    .pipe(
      z.array(
        z
          .string()
          .regex(/^\d{1,5}$/)
          .transform(Number),
      ),
    )
    .default([]),
  /** IPv4 address of the interface on which groups are joined. None: that of the routes. */
  cmeInterface: z.string().refine(isIPv4, 'expected an address of IPv4').optional(),
  /**
   * Whose packets are taken. `listed`: those of the `host-ip` that config.xml has for a line.
   * `any`: those of whoever sends to the group. `auto`: `listed` of groups 232.0.0.0/8, else `any`.
   */
  cmeSenders: z.enum(['auto', 'listed', 'any']).default('auto'),
  /** Where packets come from: `recvmmsg` (kernel stamps), `dgram` (Node's sockets), `pcap`. */
  cmeSource: z.enum(['recvmmsg', 'dgram', 'pcap']).default('recvmmsg'),
  /** Captures to read, as a JSON array of paths; for `pcap`. */
  cmePcapFiles: environmentPaths.optional(),
  /** `recorded`: at the distances in the captures. `maximum`: as fast as it goes. */
  cmePcapPace: z.enum(['recorded', 'maximum']).default('recorded'),
  /** `spin` takes a core, `block` sleeps until a packet comes, `auto` spins from 4 cores on. */
  cmeReceive: z.enum(['auto', 'spin', 'block']).default('auto'),
  /** The packet thread runs on this CPU only. None: where the kernel puts it. */
  cmeCpu: whole(0, 1_023).optional(),
  /**
   * `realtime`: the packet thread goes before all that is not (SCHED_FIFO); for `block`, and needs
   * CAP_SYS_NICE.
   */
  cmePriority: z.enum(['normal', 'realtime']).default('normal'),
  /** Room of each socket for packets, bytes; the kernel may grant less. */
  cmeReceiveBuffer: whole(4_096, 1024 * MIB).default(16 * MIB),
  /** The kernel looks at the card for so long before it says that nothing came, µs. */
  cmeBusyPollUs: whole(0, 1_000).default(0),
  /** Books by order as well: needs the SMBO feed. */
  cmeOrders: environmentFlag.default(false),
  /** User of the TCP replay service. */
  cmeReplayUser: printable.default('CME'),
  /** Password of the TCP replay service. */
  cmeReplayPassword: printable.default('CME'),
  /** Room for packets of recovery between the threads, bytes; a power of two. */
  cmeRecoveryBytes: whole(65_536, 1024 * MIB)
    .refine((bytes) => (bytes & (bytes - 1)) === 0, 'expected a power of two')
    .default(4 * MIB),
  /** Ticks carry SIMULATED: the vendor is our own simulator. */
  simulated: environmentFlag.default(false),
  /** Rings: at least as many as there are channels, each has one of its own. */
  partitions: whole(1, GATEWAY_PARTITIONS_MAX).default(1),
  /** Name of the ring that is written; of several the first, then `cme.1` and so on. */
  ringName: z.string().default('cme.0'),
  /** Slots of each, 64 bytes each; a power of two. */
  ringSlots: environmentNumber.default(262_144),
  /** Instruments that each has room for. */
  directoryCapacity: environmentNumber.default(16_384),
  /** The bus: requests to this gateway come over it. None: they are not taken. */
  natsUrl: z.string().min(1).optional(),
});
export type GatewayConfig = z.infer<typeof gatewayConfig>;
