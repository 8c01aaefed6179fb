import { ErrorCode, RType, SystemCode } from './enums.ts';
import { initialBytes } from './initial-bytes.ts';
import { RECORD_LAYOUTS, TS_OUT_BYTES, WORD_BYTES } from './layouts/index.ts';
import type { Field, RecordLayout } from './layouts/index.ts';
import { layoutIn } from './record-table.ts';
import { readText } from './text-field.ts';

const TARGET_VERSION = 3;
/** Of the largest record there is, `ts_out` included. */
const TARGET_BYTES_MAX = Math.max(...RECORD_LAYOUTS.map(({ bytes }) => bytes)) + TS_OUT_BYTES;
const I32_MAX = 0x7fff_ffff;
const WORD_MAX = 0xffff_ffff;

interface Copy {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

/** A field of 4 bytes that has 8 in the newer layout. */
interface Widening {
  readonly from: number;
  readonly to: number;
  readonly isSigned: boolean;
}

interface Plan {
  readonly target: RecordLayout;
  readonly initial: Uint8Array;
  readonly copies: readonly Copy[];
  readonly widenings: readonly Widening[];
}

/** A record as its sender laid it out. */
export interface OlderRecord {
  readonly view: DataView;
  readonly offset: number;
  /** In bytes, `ts_out` included. */
  readonly length: number;
  readonly layout: RecordLayout;
}

/**
 * Turns records of versions 1 and 2 into those of version 3, in one buffer that is used again.
 * Fields that the older record has not are null; those that the newer has not are left out. The
 * codes of errors and system messages, which version 1 has not, follow from their texts.
 */
export class RecordUpgrade {
  /** Made when the first record of a layout comes. */
  readonly #plans = new Map<RecordLayout, Plan>();
  readonly #bytes = new Uint8Array(TARGET_BYTES_MAX);
  /** Where the upgraded record lies, from 0. */
  readonly view = new DataView(this.#bytes.buffer);

  /** @returns the layout of the upgraded record; `undefined` for one that is of version 3. */
  apply(record: OlderRecord): RecordLayout | undefined {
    const { layout } = record;
    if (layout.versions[1] === TARGET_VERSION) return undefined;
    let plan = this.#plans.get(layout);
    if (plan === undefined) {
      const target = layoutIn(TARGET_VERSION, layout.rtypes[0]!);
      if (target === undefined) return undefined;
      plan = planOf(layout, target);
      this.#plans.set(layout, plan);
    }
    const { view, offset } = record;
    const source = new Uint8Array(view.buffer, view.byteOffset + offset, record.length);
    const bytes = this.#bytes;
    bytes.set(plan.initial);
    for (const { from, to, bytes: count } of plan.copies) {
      bytes.set(source.subarray(from, from + count), to);
    }
    for (const widening of plan.widenings) this.#widen(record, widening);
    let length = plan.target.bytes;
    if (record.length > record.layout.bytes) {
      bytes.set(source.subarray(record.layout.bytes), length);
      length += TS_OUT_BYTES;
    }
    this.view.setUint8(0, length / WORD_BYTES);
    if (record.layout.bytes < plan.target.bytes) this.#code(record, plan.target);
    return plan.target;
  }

  #widen({ view, offset }: OlderRecord, { from, to, isSigned }: Widening): void {
    const value = view.getUint32(offset + from, true);
    const isNull = isSigned && value === I32_MAX;
    this.view.setUint32(to, isNull ? WORD_MAX : value, true);
    this.view.setUint32(to + 4, isNull ? I32_MAX : isSigned ? value >> 31 : 0, true);
  }

  #code({ view, offset, layout }: OlderRecord, target: RecordLayout): void {
    const code = target.fields.find(({ name }) => name === 'code');
    const text = layout.fields.find(({ kind }) => kind === 'text');
    if (code === undefined || text === undefined) return;
    const said = readText(view, offset + text.offset, text.bytes);
    const isError = layout.rtypes[0] === RType.Error;
    this.view.setUint8(code.offset, isError ? errorCodeOf(said) : systemCodeOf(said));
  }
}

function planOf(layout: RecordLayout, target: RecordLayout): Plan {
  const copies: Copy[] = [];
  const widenings: Widening[] = [];
  for (const field of layout.fields) {
    const into = target.fields.find(({ name }) => name !== '' && name === field.name);
    if (into === undefined) continue;
    const [from, to] = [field.offset, into.offset];
    if (isWidened(field, into)) widenings.push({ from, to, isSigned: field.kind === 'i32' });
    else copies.push({ from, to, bytes: field.bytes });
  }
  return { target, initial: initialBytes(target), copies, widenings };
}

function isWidened(field: Field, into: Field): boolean {
  return field.kind !== 'text' && field.bytes !== into.bytes;
}

/** What the live gateway of version 1 writes, and the code that it would have now. */
const ERRORS: readonly (readonly [starts: string, code: number])[] = [
  ['User or API key deactivated', ErrorCode.ApiKeyDeactivated],
  ['User has reached their open connection limit', ErrorCode.ConnectionLimitExceeded],
  ['Failed to resolve symbol', ErrorCode.SymbolResolutionFailed],
  ['Internal error', ErrorCode.InternalError],
  ['Slow client detected for ', ErrorCode.SkippedRecordsAfterSlowReading],
];

const SYSTEM_MESSAGES: readonly (readonly [pattern: RegExp, code: number])[] = [
  [/^Heartbeat$/, SystemCode.Heartbeat],
  [/^Subscription request .* succeeded$/, SystemCode.SubscriptionAck],
  [/^Warning: slow reading/, SystemCode.SlowReaderWarning],
  [/^Finished .* replay$/, SystemCode.ReplayCompleted],
  [/^End of interval for /, SystemCode.EndOfInterval],
];

function errorCodeOf(said: string): number {
  return ERRORS.find(([starts]) => said.startsWith(starts))?.[1] ?? ErrorCode.Unset;
}

function systemCodeOf(said: string): number {
  return SYSTEM_MESSAGES.find(([pattern]) => pattern.test(said))?.[1] ?? SystemCode.Unset;
}
