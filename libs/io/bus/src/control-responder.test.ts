// Goal: whatever comes as a request, the service goes on, the asker is told what to do, and each
// request is counted once. Method: a real broker, requests of every kind.
import {
  COUNTER_FILE_BYTES,
  CounterTable,
  HopCounters,
  collectHops,
  hopImbalance,
} from '@tickwire/core';
import { waitFor } from '@tickwire/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { answerControl, connectBus, controlSubject, startEmbeddedBroker } from './index.ts';
import type { ControlLimits, ControlVerb } from './index.ts';

const verbs: Record<string, ControlVerb> = {
  echo: (request) => request.answer({ echo: request.body }),
  fail: () => {
    throw new Error('broken');
  },
  never: () => undefined,
  twice: (request) => {
    request.answer({ first: true });
    request.refuse('refused', { code: 'NO', message: 'no', hint: 'none' });
  },
};

async function setUp(options: { limits?: Partial<ControlLimits>; memory?: ArrayBuffer } = {}) {
  const broker = await startEmbeddedBroker();
  onTestFinished(() => broker.close());
  const [bus, client] = await Promise.all([
    connectBus({ servers: broker.url, name: 'service' }),
    connectBus({ servers: broker.url, name: 'client' }),
  ]);
  onTestFinished(() => bus.drain(0));
  onTestFinished(() => client.drain(0));
  const stats = new CounterTable(options.memory ?? new ArrayBuffer(COUNTER_FILE_BYTES));
  const failures: string[] = [];
  answerControl({
    bus,
    service: 'some.gateway',
    verbs,
    stats,
    monotonicNs: () => 0,
    onFailure: (verb) => failures.push(verb),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  await bus.flush(5_000);
  const ask = async (verb: string, body: string | Uint8Array): Promise<unknown> => {
    const subject = controlSubject('some.gateway', verb);
    const answer = await client.request(subject, body, { timeoutMs: 5_000 });
    return JSON.parse(new TextDecoder().decode(answer.data));
  };
  const hop = () => {
    const found = collectHops([stats.snapshot().values]).get('control');
    if (found === undefined) throw new Error('no hop');
    const dropped = Object.entries(found.dropped).filter(([, count]) => count > 0);
    return { ...found, dropped: Object.fromEntries(dropped), imbalance: hopImbalance(found) };
  };
  return { ask, hop, client, failures };
}

describe('control requests', () => {
  test('are answered by their verbs, once', async () => {
    const { ask, hop } = await setUp();
    expect(await ask('echo', '{"a":[1]}')).toEqual({ ok: true, echo: { a: [1] } });
    expect(await ask('twice', '{}')).toEqual({ ok: true, first: true });
    expect(hop()).toMatchObject({ in: 2, out: 2, inFlight: 0, dropped: {}, imbalance: 0 });
  });

  test.each([
    ['no JSON', 'echo', '{"a":', 'MALFORMED', 'malformed'],
    ['bytes that are no text', 'echo', new Uint8Array([0xff, 0xfe]), 'MALFORMED', 'malformed'],
    ['nothing at all', 'echo', '', 'MALFORMED', 'malformed'],
    ['65,537 bytes', 'echo', '0'.repeat(65_537), 'OVERSIZE', 'oversize'],
    ['30,000 open brackets', 'echo', '['.repeat(30_000), 'MALFORMED', 'malformed'],
    ['a verb that is not there', 'nothing', '{}', 'UNKNOWN_VERB', 'unknown-verb'],
    ['the name of a method of objects', 'constructor', '{}', 'UNKNOWN_VERB', 'unknown-verb'],
    ['a verb that throws', 'fail', '{}', 'FAILED', 'failed'],
  ])('%s is refused with a code, counted, and hurts nothing', async (_, verb, body, code, why) => {
    const { ask, hop, failures } = await setUp();
    expect(await ask(verb, body)).toMatchObject({
      ok: false,
      code,
      message: expect.stringMatching(/./),
      hint: expect.stringMatching(/./),
    });
    expect(await ask('echo', '1')).toEqual({ ok: true, echo: 1 });
    expect(hop()).toMatchObject({ in: 2, out: 1, dropped: { [why]: 1 }, imbalance: 0 });
    expect(failures).toEqual(code === 'FAILED' ? ['fail'] : []);
  });

  test('a flood is dropped without answers, and counted', async () => {
    const { hop, client } = await setUp({ limits: { requestsBurstMax: 10 } });
    const subject = controlSubject('some.gateway', 'echo');
    const asked = Array.from({ length: 50 }, () =>
      client.request(subject, '1', { timeoutMs: 1_000 }).then(
        () => 'answered',
        () => 'silence',
      ),
    );
    await waitFor(() => hop().in === 50, { what: 'all requests' });
    expect(hop()).toMatchObject({ out: 10, dropped: { flood: 40 }, imbalance: 0 });
    const ends = await Promise.all(asked);
    expect(ends.filter((end) => end === 'answered')).toHaveLength(10);
  });

  test('one without a subject to answer on is dropped', async () => {
    const { hop, client } = await setUp();
    client.publish(controlSubject('some.gateway', 'echo'), '1');
    await waitFor(() => hop().in === 1, { what: 'the message' });
    expect(hop()).toMatchObject({ out: 0, dropped: { 'no-reply': 1 }, imbalance: 0 });
  });

  test('what a killed process left in flight is declared by its next life', async () => {
    const memory = new ArrayBuffer(COUNTER_FILE_BYTES);
    const before = new HopCounters(new CounterTable(memory), 'control', 'message');
    before.in.add(7);
    before.out.add(4);
    before.dropped('flood').add(1);
    before.inFlight.set(1); // killed between two stores
    const { hop, client } = await setUp({ memory });
    expect(hop()).toMatchObject({
      in: 7,
      out: 4,
      inFlight: 0,
      dropped: { flood: 1, killed: 2 },
      imbalance: 0,
    });
    const never = client.request(controlSubject('some.gateway', 'never'), '1', {
      timeoutMs: 50,
    });
    await expect(never).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(hop()).toMatchObject({ in: 8, inFlight: 1, imbalance: 0 });
  });
});
