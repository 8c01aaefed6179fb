import { describe, expect, test } from 'vitest';
import { cmeVendor } from './cme.ts';

describe('CME as a vendor', () => {
  test('has as many rings as partitions', () => {
    expect(cmeVendor.rings(3)).toEqual(['cme.0', 'cme.1', 'cme.2']);
  });

  test('its gateway finds the simulator by the configuration that it wrote', () => {
    expect(cmeVendor.simulatedEnvironment({ config: '/data/config.xml' })).toEqual({
      TICKWIRE_SIMULATED: '1',
      TICKWIRE_CME_INTERFACE: '127.0.0.1',
      TICKWIRE_CME_CONFIG_XML: '/data/config.xml',
    });
    expect(cmeVendor.simulatedEnvironment(undefined)).not.toHaveProperty('TICKWIRE_CME_CONFIG_XML');
  });

  test('its key is the log-on of the replay service, as text or by name', () => {
    const environment = { TICKWIRE_CME_REPLAY_USER: 'me', TICKWIRE_CME_REPLAY_PASSWORD: 'a:b' };
    expect(cmeVendor.keyEnvironment('me:a:b')).toEqual(environment);
    expect(cmeVendor.keyEnvironment({ user: 'me', password: 'a:b' })).toEqual(environment);
  });

  test.each(['', 'me', ':secret', 'me:'])('refuses a key that is none: %j', (key) => {
    expect(() => cmeVendor.keyEnvironment(key)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
