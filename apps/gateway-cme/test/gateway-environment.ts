/** How tests and measurements start the gateway. */
import { join } from 'node:path';

export const SERVICE = 'gateway-cme';

export function environmentOf(places: {
  ringDir: string;
  dataDir: string;
  configXml: string;
}): Record<string, string> {
  return {
    TICKWIRE_SERVICE: SERVICE,
    TICKWIRE_RUN_DIR: join(places.dataDir, 'run'),
    TICKWIRE_RING_DIR: places.ringDir,
    TICKWIRE_DATA_DIR: places.dataDir,
    TICKWIRE_CME_CONFIG_XML: places.configXml,
    TICKWIRE_CME_INTERFACE: '127.0.0.1',
    TICKWIRE_SIMULATED: '1',
    TICKWIRE_LOG_LEVEL: 'warn',
  };
}
