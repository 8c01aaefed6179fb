// Goal: a copy is what the record was, whatever comes after it. Method: records of all lengths,
// more than one piece of memory holds, each compared when the last has been read.
import { expect, test } from 'vitest';
import { DbnDecoder } from './dbn-decoder.ts';
import { DbnEncoder } from './dbn-encoder.ts';
import { RType } from './enums.ts';
import { Mbp10Record, TradeRecord } from './generated/records.ts';
import { RecordCopies } from './record-copies.ts';

const COUNT = 2_000;

test('copies stay, the windows of a decoder move on', () => {
  const encoder = new DbnEncoder(new Uint8Array(2 ** 20), { version: 3 });
  const [trade, book] = [new TradeRecord(), new Mbp10Record()];
  for (let at = 0; at < COUNT; at++) {
    if (at % 3 === 0) encoder.begin(book, RType.Mbp10);
    else encoder.begin(trade, RType.Trade);
    (at % 3 === 0 ? book : trade).setInstrumentId(at);
  }
  const decoder = new DbnDecoder({ fragment: {} });
  decoder.push(encoder.written);
  const copies = new RecordCopies();
  const kept = [];
  while (decoder.next()) kept.push(copies.of(decoder));
  decoder.push(new Uint8Array(0));
  encoder.written.fill(0);
  expect(kept).toHaveLength(COUNT);
  expect(kept.every((record, at) => record.instrumentId === at)).toBe(true);
  expect(kept.every((record, at) => record instanceof Mbp10Record === (at % 3 === 0))).toBe(true);
});
