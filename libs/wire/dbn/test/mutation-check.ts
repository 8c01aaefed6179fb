/** What must hold of any bytes whatever that are read as DBN. */
import { WORD_BYTES } from '../src/layouts/index.ts';
import type { ReadStream } from './read-stream.ts';

/**
 * @param read - With positions of the records that were given.
 * @returns what does not hold, or the outcome: `whole`, or the code of the error.
 */
export function outcomeOf(bytes: Uint8Array, read: ReadStream): { wrong?: string; what: string } {
  const { counts, positions, damaged, failure, json } = read;
  const wrong = (why: string) => ({ wrong: why, what: 'wrong' });
  if (counts.records !== positions.length) return wrong('records are not counted');
  if (counts.damaged !== damaged.length) return wrong('damaged records are not counted');
  let last = -1;
  for (const position of positions) {
    const length = (bytes[position] ?? 0) * WORD_BYTES;
    if (position <= last || position + length > bytes.length) return wrong(`record at ${position}`);
    last = position;
  }
  for (const { offset, code } of damaged) {
    if (code !== 'BAD_RECORD_SIZE' || offset >= bytes.length) return wrong(`${code} at ${offset}`);
  }
  const records = json.length - positions.length;
  if (records < 0 || records > 1) return wrong('records are not shown');
  if (failure === undefined) return { what: 'whole' };
  if (failure.offset > bytes.length) return wrong(`${failure.code} at ${failure.offset}`);
  if (failure.offset < last) return wrong(`${failure.code} before the last record`);
  return { what: failure.code };
}
