import { expect, test } from 'vitest';
import { GapOutbox } from './gap-outbox.ts';

test('has room for 10,000 records, and counts what finds none', () => {
  let [told, dropped] = [0, 0];
  const outbox = new GapOutbox(() => void (told += 1), { add: (n) => void (dropped += n) });
  for (let id = 0; id < 10_005; id++) outbox.send({ id });
  expect([told, dropped]).toEqual([10_000, 5]);
  outbox.kept();
  outbox.send({ id: 1 });
  outbox.send({ id: 2 });
  expect([told, dropped]).toEqual([10_001, 6]);
});

test('sends what a record says now, whatever becomes of it', () => {
  const records: object[] = [];
  const outbox = new GapOutbox(
    (message) => {
      if (message.type === 'gap') records.push(message.record);
    },
    { add: () => undefined },
  );
  const record = { id: 1, state: 'open' };
  outbox.send(record);
  record.state = 'repaired';
  outbox.send(record);
  expect(records).toEqual([
    { id: 1, state: 'open' },
    { id: 1, state: 'repaired' },
  ]);
});
