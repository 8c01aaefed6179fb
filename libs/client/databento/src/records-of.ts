import type { StampNs } from '@tickwire/core';
import { readDbn } from '@tickwire/io-dbn-file';
import { FileSymbols } from '@tickwire/venue-databento';
import { RType, SymbolMappingRecord } from '@tickwire/wire-dbn';
import type { DbnDecoder } from '@tickwire/wire-dbn';
import { MessageTarget } from './message-target.ts';
import type { LiveMessage, RecordMessage } from './messages.ts';

/**
 * The records of a file of DBN, plain or zstd, of any version and size, one after the other, as
 * version 3 has them. A file of version 3 may be a recording of a live stream.
 *
 *   for await (const { type, symbol, record } of recordsOf('trades.dbn.zst')) …
 *
 * @throws DbnError, DbnFileError at what cannot be read, after all that could be.
 */
export async function* recordsOf(path: string): AsyncGenerator<RecordMessage, void, undefined> {
  const reading = readDbn(path, { upgrade: 'upgradeToV3' });
  const messages: RecordMessage[] = [];
  // A file has no state and no gaps: what comes are records.
  const message = (each: LiveMessage): number => messages.push(each as RecordMessage);
  const target = new MessageTarget({ message });
  const mapping = new SymbolMappingRecord();
  const time: StampNs = { hi: 0, lo: 0 };
  let symbols: FileSymbols | undefined;
  function take(records: DbnDecoder): void {
    symbols ??= symbolsOf(records, target);
    if (records.rtype === RType.SymbolMapping) {
      target.onMapping(mapping.wrap(records.view, records.offset));
      return;
    }
    time.hi = records.view.getUint32(records.offset + 12, true);
    time.lo = records.view.getUint32(records.offset + 8, true);
    symbols?.advance(time);
    target.onRecord(records);
  }
  for await (const records of reading.pieces()) {
    try {
      while (records.next()) take(records);
    } catch (error) {
      yield* messages;
      throw error;
    }
    yield* messages;
    messages.length = 0;
  }
}

function symbolsOf({ metadata }: DbnDecoder, target: MessageTarget): FileSymbols | undefined {
  return metadata && new FileSymbols(metadata, (mapping) => target.onMapping(mapping));
}
