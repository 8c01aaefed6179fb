// Configuration of the CME simulator's process. Keys are TICKWIRE_<KEY IN CAPITALS>.
import { environmentNumber, serviceConfig } from '@tickwire/io-service';

const text = serviceConfig.shape.dataDir;

export const simConfig = serviceConfig.extend({
  /** Port of the replay service; a busy one moves to the next free one. 0 = any. */
  port: environmentNumber.default(0),
  /** Address of the interface that packets leave by, and of the replay service. */
  interface: text.default('127.0.0.1'),
  /** Any text; the same seed gives the same packets. */
  seed: text.default('1'),
  /** 1 to 31 channels, numbered from the first one on. */
  channels: environmentNumber.default(1),
  /** Id of the first channel. */
  firstChannel: environmentNumber.default(310),
  /** Instruments of each channel. */
  instruments: environmentNumber.default(100),
  /** Events of the matching engines a second, over all channels. */
  rate: environmentNumber.default(500),
  /** Fault specification; the grammar is in libs/sim/cme/README.md. */
  faults: text.default('none'),
  /** Multicast groups of line A begin here; those of line B in the next third number. */
  baseGroup: text.default('239.255.31.0'),
  /** Eight ports a channel, from here on. */
  basePort: environmentNumber.default(14_310),
  /** A heartbeat follows the last incremental packet after so long, ms. */
  heartbeatMs: environmentNumber.default(30_000),
  /** Packets a second of definitions and of each snapshot feed, of each channel. 0 = none. */
  roundRate: environmentNumber.default(200),
  /** Where the configuration for readers is written; in the data directory unless given. */
  configXml: text.optional(),
  /** Where a capture of all that is sent is written; none without. */
  pcap: text.optional(),
});
