/** Variables of a gateway under test, which knows nothing but its simulator. */
import { join } from 'node:path';
import { SIMULATED_KEY } from '@tickwire/sim-databento';

export const SERVICE = 'gateway-databento';
export const SCRIPT = 'apps/gateway-databento/src/main.ts';

export interface GatewayPlaces {
  readonly ringDir: string;
  readonly dataDir: string;
}

export function environmentOf(
  { ringDir, dataDir }: GatewayPlaces,
  port: number,
): Record<string, string> {
  return {
    TICKWIRE_SERVICE: SERVICE,
    TICKWIRE_RUN_DIR: join(dataDir, 'run'),
    TICKWIRE_RING_DIR: ringDir,
    TICKWIRE_DATA_DIR: dataDir,
    TICKWIRE_DATABENTO_HOST: `127.0.0.1:${port}`,
    TICKWIRE_DATABENTO_API_KEY: SIMULATED_KEY,
    TICKWIRE_DATABENTO_DEFINITIONS: 'now',
    TICKWIRE_DATABENTO_HEARTBEAT_S: '5',
    TICKWIRE_SIMULATED: '1',
    TICKWIRE_LOG_LEVEL: 'warn',
  };
}
