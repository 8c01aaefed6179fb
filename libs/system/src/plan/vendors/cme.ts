import { SystemError } from '../../errors.ts';
import type { Vendor } from './vendor.ts';

export const cmeVendor: Vendor = {
  name: 'cme',
  gatewayApp: 'gateway-cme',
  simulatorApp: 'sim-cme',
  rings: (partitions) => Array.from({ length: partitions }, (_, at) => `cme.${at}`),
  // Channels are subscribed to, not symbols: all instruments of a channel come.
  demoSymbols: [],
  variables: [
    'TICKWIRE_CME_BUSY_POLL_US',
    'TICKWIRE_CME_CHANNELS',
    'TICKWIRE_CME_CONFIG_XML',
    'TICKWIRE_CME_CPU',
    'TICKWIRE_CME_INTERFACE',
    'TICKWIRE_CME_ORDERS',
    'TICKWIRE_CME_PCAP_FILES',
    'TICKWIRE_CME_PCAP_PACE',
    'TICKWIRE_CME_PRIORITY',
    'TICKWIRE_CME_RECEIVE',
    'TICKWIRE_CME_RECEIVE_BUFFER',
    'TICKWIRE_CME_RECOVERY_BYTES',
    'TICKWIRE_CME_REPLAY_PASSWORD',
    'TICKWIRE_CME_REPLAY_USER',
    'TICKWIRE_CME_SENDERS',
    'TICKWIRE_CME_SOURCE',
  ],
  simulatedEnvironment(simulator) {
    const config = simulator?.config;
    return {
      TICKWIRE_SIMULATED: '1',
      // The simulator sends on loopback, where no route leads for multicast.
      TICKWIRE_CME_INTERFACE: '127.0.0.1',
      ...(typeof config === 'string' ? { TICKWIRE_CME_CONFIG_XML: config } : {}),
    };
  },
  keyEnvironment(key) {
    const { user, password } = typeof key === 'string' ? keyOf(key) : key;
    if (!isText(user) || !isText(password)) {
      throw new SystemError('USAGE', 'apiKey: the replay service of CME has user and password', {
        hint: "Give { user, password } or 'user:password'; the multicast feeds need none",
      });
    }
    return { TICKWIRE_CME_REPLAY_USER: user, TICKWIRE_CME_REPLAY_PASSWORD: password };
  },
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** `user:password`; only the password may have colons. */
function keyOf(text: string): Record<string, string> {
  const at = text.indexOf(':');
  return at < 0 ? {} : { user: text.slice(0, at), password: text.slice(at + 1) };
}
