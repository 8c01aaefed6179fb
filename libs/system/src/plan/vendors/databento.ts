import { SystemError } from '../../errors.ts';
import type { Vendor } from './vendor.ts';

const KEY_CHARACTERS = 32;

export const databentoVendor: Vendor = {
  name: 'databento',
  gatewayApp: 'gateway-databento',
  simulatorApp: 'sim-databento',
  rings: (partitions) => Array.from({ length: partitions }, (_, at) => `databento.${at}`),
  // None: all of the dataset.
  demoSymbols: [],
  variables: [
    'TICKWIRE_DATABENTO_API_KEY',
    'TICKWIRE_DATABENTO_API_KEY_FILE',
    'TICKWIRE_DATABENTO_BOOKS',
    'TICKWIRE_DATABENTO_COMPRESSION',
    'TICKWIRE_DATABENTO_DATASET',
    'TICKWIRE_DATABENTO_DEFINITIONS',
    'TICKWIRE_DATABENTO_HEARTBEAT_S',
    'TICKWIRE_DATABENTO_HELD_BYTES',
    'TICKWIRE_DATABENTO_HOST',
    'TICKWIRE_DATABENTO_RECORD_DIR',
    'TICKWIRE_DATABENTO_SCHEMAS',
    'TICKWIRE_DATABENTO_SEQUENCES',
    'TICKWIRE_DATABENTO_SLOW_READER',
    'TICKWIRE_DATABENTO_SNAPSHOT',
    'TICKWIRE_DATABENTO_STYPE_IN',
    'TICKWIRE_DATABENTO_SUBSCRIPTIONS',
    'TICKWIRE_DATABENTO_TS_OUT',
  ],
  simulatedEnvironment(simulator) {
    const { host, port, dataset, key } = simulator ?? {};
    return {
      TICKWIRE_SIMULATED: '1',
      // It says its definitions to whoever asks, and keeps no day of them.
      TICKWIRE_DATABENTO_DEFINITIONS: 'now',
      ...(typeof port === 'number' ? { TICKWIRE_DATABENTO_HOST: `${String(host)}:${port}` } : {}),
      ...(typeof dataset === 'string' ? { TICKWIRE_DATABENTO_DATASET: dataset } : {}),
      ...(typeof key === 'string' ? { TICKWIRE_DATABENTO_API_KEY: key } : {}),
    };
  },
  keyEnvironment(key) {
    const text = typeof key === 'string' ? key : key.key;
    if (text === undefined || text.length !== KEY_CHARACTERS) {
      throw new SystemError(
        'USAGE',
        `apiKey: a key of Databento has ${KEY_CHARACTERS} characters`,
        {
          hint: "Give it as text, 'db-…', or as { key }",
        },
      );
    }
    return { TICKWIRE_DATABENTO_API_KEY: text };
  },
};
