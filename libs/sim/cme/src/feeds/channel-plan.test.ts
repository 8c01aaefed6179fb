import { describe, expect, test } from 'vitest';
import { listInstruments } from '../exchange/list-instruments.ts';
import { planChannels } from './channel-plan.ts';
import { configXml } from './config-xml.ts';

describe('a plan of channels', () => {
  test('gives every line of every feed a group and a port of its own', () => {
    const endpoints = planChannels({ channels: 31 }).flatMap((plan) => plan.endpoints);
    expect(endpoints).toHaveLength(31 * 8);
    expect(new Set(endpoints.map(({ address }) => address)).size).toBe(endpoints.length);
    expect(new Set(endpoints.map(({ port }) => port)).size).toBe(endpoints.length);
    expect(endpoints[0]).toEqual({ feed: 'I', line: 'A', address: '239.255.31.1', port: 14_310 });
    expect(endpoints[1]).toEqual({ feed: 'I', line: 'B', address: '239.255.32.1', port: 14_311 });
  });

  test.each([
    [{ channels: 0 }, 'channels'],
    [{ channels: 32 }, 'channels'],
    [{ channels: 1, basePort: 65_535 }, 'basePort'],
    [{ channels: 1, baseGroup: '10.0.0.0' }, 'baseGroup'],
    [{ channels: 1, baseGroup: '239.1.255.0' }, 'baseGroup'],
    [{ channels: 1, firstChannelId: 40_000 }, 'firstChannelId'],
  ])('is refused for %j', (options, field) => {
    expect(() => planChannels(options)).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', field }),
    );
  });

  test('is written as a configuration file', () => {
    const [plan] = planChannels({ channels: 1 });
    const instruments = listInstruments({ channelId: 310, count: 30 });
    const replay = { host: '127.0.0.1', port: 10_000 };
    const updatedMs = Date.UTC(2027, 0, 4, 12, 30);
    const channels = [{ plan: { ...plan!, label: 'A & B' }, instruments }];
    const xml = configXml({ channels, host: '127.0.0.1', replay, updatedMs });
    expect(xml).toContain('<configuration environment="Simulation" updated="2027/01/04-12:30:00">');
    expect(xml).toContain('<channel id="310" label="A &amp; B">');
    expect(xml).toContain('<product code="ES">');
    expect(xml).toContain('<group code="ESO"/>');
    const ids = [...xml.matchAll(/<connection id="(\w+)">/g)].map(([, id]) => id);
    expect(ids).toEqual([
      ...['310HA', '310IA', '310IB', '310NA', '310NB', '310SA', '310SB', '310SAMBO', '310SBMBO'],
    ]);
    const types = [...xml.matchAll(/feed-type="(\w+)"/g)].map(([, type]) => type);
    expect(types).toEqual(['H', 'I', 'I', 'N', 'N', 'S', 'S', 'SMBO', 'SMBO']);
  });
});
