import { describe, expect, test } from 'vitest';
import { databentoVendor } from './databento.ts';

const KEY = 'db-unittestapikey1234567890FFFFF';

describe('Databento as a vendor', () => {
  test('has as many rings as partitions', () => {
    expect(databentoVendor.rings(2)).toEqual(['databento.0', 'databento.1']);
  });

  test('its gateway finds the simulator by what that said of itself', () => {
    const said = { host: '127.0.0.1', port: 13_000, dataset: 'GLBX.MDP3', key: KEY };
    expect(databentoVendor.simulatedEnvironment(said)).toEqual({
      TICKWIRE_SIMULATED: '1',
      TICKWIRE_DATABENTO_DEFINITIONS: 'now',
      TICKWIRE_DATABENTO_HOST: '127.0.0.1:13000',
      TICKWIRE_DATABENTO_DATASET: 'GLBX.MDP3',
      TICKWIRE_DATABENTO_API_KEY: KEY,
    });
    expect(databentoVendor.simulatedEnvironment(undefined)).toEqual({
      TICKWIRE_SIMULATED: '1',
      TICKWIRE_DATABENTO_DEFINITIONS: 'now',
    });
  });

  test('its key is one text, given as it is or by name', () => {
    const environment = { TICKWIRE_DATABENTO_API_KEY: KEY };
    expect(databentoVendor.keyEnvironment(KEY)).toEqual(environment);
    expect(databentoVendor.keyEnvironment({ key: KEY })).toEqual(environment);
  });

  test.each(['', 'db-short', { secret: KEY }])('refuses a key that is none: %j', (key) => {
    expect(() => databentoVendor.keyEnvironment(key)).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    );
  });
});
