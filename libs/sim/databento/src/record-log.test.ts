import { MboRecord, RType } from '@tickwire/wire-dbn';
import { expect, test } from 'vitest';
import { RecordLog } from './record-log.ts';

const RECORDS_A_SEGMENT = Math.floor(2 ** 20 / 56);

function logOf(records: number): RecordLog {
  const log = new RecordLog(0);
  const record = new MboRecord();
  for (let at = 0; at < records; at += 1) {
    log.begin(record, { rtype: RType.Mbo, schema: 0, instrument: at % 7 }, Math.floor(at / 2));
    record.setSequence(at);
  }
  return log;
}

test('finds a record by its number and by its time', () => {
  const log = logOf(3 * RECORDS_A_SEGMENT + 5);
  for (const number of [0, 1, RECORDS_A_SEGMENT - 1, RECORDS_A_SEGMENT, log.end - 1]) {
    const segment = log.segmentOf(number);
    const start = segment?.start(number - segment.first) ?? -1;
    const view = new DataView(segment?.bytes.buffer ?? new ArrayBuffer(0));
    expect(new MboRecord().wrap(view, start).sequence).toBe(number);
    expect(segment?.instruments[number - segment.first]).toBe(number % 7);
    expect(log.numberAt(Math.floor(number / 2))).toBe(number - (number % 2));
  }
  expect(log.numberAt(-5)).toBe(0);
  expect(log.numberAt(log.end)).toBe(log.end);
  expect(log.segmentOf(log.end)).toBeUndefined();
});

test('keeps 16 segments at least, and gives up the oldest', () => {
  const log = logOf(20 * RECORDS_A_SEGMENT);
  expect(log.first).toBe(4 * RECORDS_A_SEGMENT);
  expect(log.segmentOf(log.first - 1)).toBeUndefined();
  expect(log.numberAt(0)).toBe(log.first);
  expect(log.oldestSafe).toBe(12 * RECORDS_A_SEGMENT);
});
