// Goal: a simulator made of the kit does what its fault specification says, and its log tells it.
// Method: the example of the README, over real sockets.
import { readFileSync } from 'node:fs';
import { testSeed, waitFor } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startLineSimulator } from '../example/line-simulator.ts';
import type { LineSimulatorOptions } from '../example/line-simulator.ts';
import { LineClient } from '../test/line-client.ts';
import { sequencesOf } from './session-log.ts';

async function running(options: Partial<LineSimulatorOptions> = {}) {
  const seed = String(testSeed());
  const simulator = await startLineSimulator({ seed, symbols: ['A', 'B'], rate: 0, ...options });
  onTestFinished(() => simulator.close());
  const client = new LineClient(simulator.port);
  client.say('SUB A B');
  await client.until(/^OK$/);
  return { simulator, client, log: simulator.log };
}

/** `<symbol> <sequence>` that are missing between the lines received. */
function missing(lines: readonly string[]): string[] {
  const last = new Map<string, number>();
  return lines.flatMap((line) => {
    const [, symbol = '', text] = line.split('|');
    const sequence = Number(text);
    const before = last.get(symbol) ?? 0;
    last.set(symbol, Math.max(before, sequence));
    return sequencesOf(symbol, before + 1, Math.max(0, sequence - before - 1));
  });
}

describe('the example simulator', () => {
  test('is the one that the README shows', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const code = readFileSync(new URL('../example/line-simulator.ts', import.meta.url), 'utf8');
    const start = code.slice(code.indexOf('export async function'));
    expect(readme).toContain(start.trim());
  });

  test('sends what the log says, with the same decimals', async () => {
    const { simulator, client, log } = await running();
    simulator.venue.step(400);
    client.say('PING');
    await client.until(/^PONG$/);
    const sent = log.of('sent').filter(({ kind }) => kind !== 'control');
    expect(sent.length).toBeGreaterThan(20);
    expect(client.data.map((line) => line.split('|').slice(3))).toEqual(
      sent.map(({ values }) => values?.[0]),
    );
    expect(log.of('asked').map(({ what, topics }) => [what, topics])).toEqual([
      ['subscribe', ['data:A', 'data:B']],
      ['heartbeat', []],
    ]);
    expect(simulator.sent()).toBe(client.lines.length);
  });

  test('the same seed gives the same markets', async () => {
    const record = async (seed: string): Promise<string[]> => {
      const { simulator, client } = await running({ seed });
      for (let i = 0; i < 60; i += 1) simulator.venue.step(3, 0);
      client.say('PING');
      await client.until(/^PONG$/);
      return client.data.filter((line) => line.startsWith('T|'));
    };
    const [first, again, other] = [await record('7'), await record('7'), await record('8')];
    expect(first.length).toBeGreaterThan(5);
    expect(again.map(priceAndSize)).toEqual(first.map(priceAndSize));
    expect(other.map(priceAndSize)).not.toEqual(first.map(priceAndSize));
  });

  test('drops exactly what the log says, and nothing once faults are off', async () => {
    const { simulator, client, log } = await running({ faults: 'drop=0.2' });
    simulator.venue.step(1_000);
    simulator.venue.setFaults('');
    const total = log.of('fault').length;
    simulator.venue.step(1_000);
    client.say('PING');
    await client.until(/^PONG$/);
    expect(total).toBeGreaterThan(5);
    expect(log.of('fault')).toHaveLength(total);
    expect(missing(client.data).sort()).toEqual(log.omitted());
  });

  test('writes in pieces when it is told to: the lines are whole all the same', async () => {
    const { simulator, client } = await running({ faults: 'chop=2' });
    simulator.venue.step(50);
    client.say('PING');
    await client.until(/^PONG$/);
    expect(missing(client.data)).toEqual([]);
    expect(client.data.length).toBeGreaterThan(1);
  });

  test('cut resets a connection in the middle of a message', async () => {
    const { simulator, client, log } = await running();
    simulator.venue.setFaults('cut=every:1ms');
    await waitFor(
      () => {
        simulator.venue.step(5);
        return client.ended;
      },
      { what: 'the reset' },
    );
    expect(log.of('closed')[0]).toMatchObject({ reason: 'fault', undelivered: 0 });
    const [cut] = log.of('fault');
    expect(cut).toMatchObject({ fault: 'cut', omitted: 1 });
    const [, symbol] = client.rest.split('|');
    if (client.rest.length > 2) expect(symbol).toBe(cut?.instrument);
  });

  test('a half-open connection hears and says nothing, and stays open', async () => {
    const { simulator, client, log } = await running();
    simulator.venue.setFaults('halfopen=every:1ms');
    await waitFor(() => log.of('fault').length > 0, { what: 'the fault' });
    const { length } = client.lines;
    client.say('PING');
    simulator.venue.step(200);
    const witness = new LineClient(simulator.port);
    await witness.until(/^HELLO$/);
    expect(client.ended).toBeUndefined();
    expect(client.lines).toHaveLength(length);
  });

  test('a closed door refuses, and says so in the log', async () => {
    const { simulator, log } = await running();
    simulator.setOpen(false);
    const late = new LineClient(simulator.port);
    await waitFor(() => late.ended, { what: 'the refusal' });
    expect(log.of('refused')).toHaveLength(1);
    expect(late.lines).toEqual([]);
  });

  test('passes on a frame of the caller’s choice, to each connection once', async () => {
    const { simulator, client, log } = await running();
    expect(simulator.inject('anything at all')).toBe(1);
    await client.until(/^anything at all$/);
    expect(log.of('sent').at(-1)).toMatchObject({ kind: 'injected', connection: 1 });
  });
});

const priceAndSize = (line: string): string[] => line.split('|').slice(3);
