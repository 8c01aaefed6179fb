import type { RawEvent, TickRecord } from '@tickwire/io-capture';
import { formatStampNs } from '@tickwire/io-capture';
import { formatRingId } from '@tickwire/io-rings';

/**
 * One record of a raw capture as a line of JSON: `{ ts, kind, …, message }`. The message stands
 * there byte for byte when it is JSON, so no digit of a long number is lost; else as a string.
 */
export function rawEventJson(event: RawEvent): string {
  const ts = formatStampNs({ hi: event.tsRecvHi, lo: event.tsRecvLo });
  const message = embeddable(Buffer.from(event.bytes).toString('utf8'));
  if (event.kind === 'ws') {
    return `{"ts":"${ts}","kind":"ws","connection":${event.connection},"message":${message}}`;
  }
  const path = JSON.stringify(event.path);
  const request = `"method":"${event.method}","path":${path}`;
  return `{"ts":"${ts}","kind":"rest",${request},"message":${message}}`;
}

/** One frame of a tick capture as it lies in the file. */
export function tickRecordJson(record: TickRecord): string {
  const head = {
    kind: record.kind,
    offset: record.offset,
    ringId: formatRingId({ hi: record.ringIdHi, lo: record.ringIdLo }),
    epoch: record.epoch,
  };
  if (record.kind === 'directory') return JSON.stringify({ ...head, entries: record.entries });
  const { firstPosition, count, bytes } = record;
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
  return JSON.stringify({ ...head, firstPosition, count, bytes: hex });
}

/** The text itself if it is JSON on one line, else the text as a JSON string. */
function embeddable(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}
