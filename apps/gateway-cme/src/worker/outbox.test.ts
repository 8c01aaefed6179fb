import { expect, test } from 'vitest';
import { Outbox } from './outbox.ts';

test('has room for so many messages, and counts what finds none', () => {
  let [told, lost] = [0, 0];
  const dropped = { add: (n: number) => void (lost += n) };
  const outbox = new Outbox(() => void (told += 1), { waitingMax: 10, dropped });
  for (let id = 0; id < 15; id++) outbox.send({ type: 'gap', record: { id } });
  expect([told, lost]).toEqual([10, 5]);
  outbox.taken();
  outbox.send({ type: 'gap', record: {} });
  outbox.send({ type: 'gap', record: {} });
  expect([told, lost]).toEqual([11, 6]);
});
