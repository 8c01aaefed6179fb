// Goal: whatever handlers do and whenever it is stopped, every tick of every ring is delivered in
// order, or counted and told. Method: random rings, ticks, policies, and handlers that return,
// wait, throw or reject, against what was published.
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { seededRandom, testSeed } from '@tickwire/testing';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { imbalance } from '../test/balance.ts';
import { testRing } from '../test/test-ring.ts';
import type { TestRing, TestTick } from '../test/test-ring.ts';
import { createConsumer } from './index.ts';
import type { ConsumerHandlers, TickBatch, TickOrigin } from './index.ts';

const KINDS = [TickKind.Trade, TickKind.Quote, TickKind.Quote, TickKind.Level] as const;
const POLICIES = ['drop-oldest', 'drop-newest', 'conflate'] as const;
type Random = () => number;

/** What was seen of each ring. */
class Seen {
  readonly #next = new Map<string, number>();
  readonly delivered = new Map<string, number>();
  readonly told = new Map<string, number>();
  disorder = 0;

  tick(ring: string, position: number, tick: TickView): void {
    if (position < (this.#next.get(ring) ?? 0) || tick.sequence !== position) this.disorder++;
    this.#next.set(ring, position + 1);
    this.delivered.set(ring, (this.delivered.get(ring) ?? 0) + 1);
  }

  gap(ring: string, count: number): void {
    this.told.set(ring, (this.told.get(ring) ?? 0) + count);
  }
}

function behave(random: Random): void | Promise<void> {
  const choice = random();
  if (choice < 0.01) throw new RangeError('now');
  if (choice < 0.02) return Promise.reject(new TypeError('later'));
  if (choice < 0.06) return Promise.resolve();
  if (choice < 0.08) return turn();
}

function handlersOf(seen: Seen, random: Random, isBatching: boolean): ConsumerHandlers {
  const gap: ConsumerHandlers['gap'] = ({ ring, count }) => {
    seen.gap(ring, count);
    return behave(random);
  };
  if (isBatching) return { batch: (batch) => takeBatch(seen, random, batch) };
  const take = (tick: TickView, { position, ring }: TickOrigin) => {
    seen.tick(ring, position, tick);
    return behave(random);
  };
  return { quote: take, trade: take, gap };
}

const view = new TickView();

function takeBatch(seen: Seen, random: Random, batch: TickBatch): void | Promise<void> {
  for (const gap of batch.gaps) seen.gap(gap.ring, gap.count);
  for (let index = 0; index < batch.count; index++) {
    view.wrap(batch.view, index * 64);
    seen.tick(batch.ring, batch.positions[index] ?? -1, view);
  }
  return behave(random);
}

async function round(random: Random): Promise<void> {
  const pick = (max: number): number => Math.floor(random() * max);
  const first = testRing({ slotCount: 512 });
  const rings: TestRing[] = [first];
  for (let more = pick(3); more > 0; more--) {
    rings.push(testRing({ dir: first.dir, name: `test.${more}`, slotCount: 512 }));
  }
  const seen = new Seen();
  const isBatching = random() < 0.4;
  const consumer = createConsumer({
    dir: first.dir,
    vendor: 'test',
    policy: POLICIES[pick(POLICIES.length)] ?? 'drop-oldest',
    queueTicks: 1 + pick(300),
    batchTicks: 1 + pick(100),
    errors: 'count',
    untilClosed: true,
    handlers: handlersOf(seen, random, isBatching),
    ...(isBatching ? { kinds: [TickKind.Trade, TickKind.Quote] } : {}),
  });
  onTestFinished(() => consumer.stop({ drain: false }));
  const running = consumer.run();
  const isStopped = random() < 0.3;
  for (let step = 20; step > 0; step--) {
    for (const { publish } of rings) {
      publish(
        Array.from({ length: 1 + pick(100) }, (): TestTick => ({
          kind: KINDS[pick(KINDS.length)] ?? TickKind.Trade,
          instrument: 1 + pick(3),
        })),
      );
    }
    if (random() < 0.5) await turn();
    expect(imbalance(consumer.stats())).toBe(0);
  }
  for (const { ring } of rings) ring.close();
  if (isStopped) await consumer.stop({ drain: random() < 0.5 });
  await running;
  const stats = consumer.stats();
  expect(imbalance(stats)).toBe(0);
  expect(stats.inFlight).toBe(0);
  expect(seen.disorder).toBe(0);
  for (const ring of stats.rings) {
    const { account, delivered, dropped, lost, received } = ring;
    expect(seen.delivered.get(ring.ring) ?? 0).toBe(delivered);
    expect(account.delivered).toBe(received);
    if (isStopped) continue;
    const missing = dropped.oldest + dropped.newest + dropped['last-value'];
    expect(seen.told.get(ring.ring) ?? 0).toBe(lost + missing);
    expect(account).toMatchObject({ inFlight: 0, lost });
  }
}

test('every tick is delivered in order, or counted and told', async () => {
  const random = seededRandom(testSeed());
  for (let rounds = 0; rounds < 40; rounds++) await round(random);
});
