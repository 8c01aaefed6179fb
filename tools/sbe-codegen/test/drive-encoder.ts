import { lowerWordOf, upperWordOf } from '@tickwire/wire-sbe';
import type { Block, CompositeType, FieldType, Message, MessageEncoder } from '@tickwire/wire-sbe';
import type { MessageJson, SbeJson } from '@tickwire/wire-sbe';
import { isDecimal } from '../emit/emit-composites.ts';
import { memberName, setterName } from '../emit/member-names.ts';
import { isWideType } from './random-messages.ts';

type Methods = Record<string, (...values: unknown[]) => unknown>;
type JsonObject = { readonly [name: string]: SbeJson };

function setter(target: object, name: string): (...values: unknown[]) => unknown {
  const found = (target as Methods)[name];
  if (found === undefined) throw new Error(`${target.constructor.name} has no ${name}`);
  return found.bind(target);
}

/** Gives a value of 64 bits by its words. */
function setWide(
  target: object,
  name: string,
  values: readonly [...index: number[], value: SbeJson],
) {
  const value = BigInt(values.at(-1) as string);
  const words = [upperWordOf(value), lowerWordOf(value)];
  setter(target, `${setterName(name)}Words`)(...values.slice(0, -1), ...words);
}

/** Gives every value of a JSON object to the setters of a generated encoder. */
class EncoderDriver {
  value(target: object, name: string, given: { type: FieldType; value: SbeJson }): void {
    const { type, value } = given;
    if (type.kind === 'composite') {
      this.#composite((target as Record<string, object>)[memberName(name)]!, type, value);
      return;
    }
    if (type.kind !== 'set' && type.presence === 'constant') return;
    if (type.kind === 'enum') {
      const code = type.values.find((candidate) => candidate.name === value)?.value ?? null;
      setter(target, setterName(name))(code);
    } else if (type.kind === 'set') {
      const { raw } = value as { raw: number | string };
      if (isWideType(type)) setWide(target, name, [raw]);
      else setter(target, setterName(name))(raw);
    } else if (type.length > 1 && type.primitive !== 'char') {
      (value as SbeJson[]).forEach((element, index) => {
        if (element === null || !isWideType(type)) setter(target, setterName(name))(index, element);
        else setWide(target, name, [index, element]);
      });
    } else if (isWideType(type) && value !== null) setWide(target, name, [value]);
    else setter(target, setterName(name))(value);
  }

  #composite(target: object, type: CompositeType, value: SbeJson): void {
    if (value === null) return;
    const object = value as JsonObject;
    for (const member of type.members) {
      const isNumber = isDecimal(type);
      const inner = isNumber ? object[member.name === 'mantissa' ? 'm' : 'e'] : object[member.name];
      const isText = isNumber && typeof inner === 'string' && !isWideType(member.type);
      this.value(target, member.name, {
        type: member.type,
        value: isText ? Number(inner) : inner!,
      });
    }
  }

  fields(target: object, block: Block, json: JsonObject): void {
    for (const { name, type } of block.fields) {
      const value = json[name];
      if (value !== undefined) this.value(target, name, { type, value });
    }
  }

  entries(target: object, block: Block, json: JsonObject): void {
    for (const group of block.groups) {
      const given = json[group.name] as { entries: readonly JsonObject[] } | undefined;
      if (given === undefined) continue;
      const open = setter(target, memberName(group.name));
      const encoder = open(given.entries.length) as { next(): object };
      for (const entry of given.entries) {
        const place = encoder.next();
        this.fields(place, group, entry);
        this.entries(place, group, entry);
      }
    }
    for (const data of block.data) {
      const text = json[data.name] as string | undefined;
      if (text === undefined) continue;
      const value = data.characterEncoding === null ? Buffer.from(text, 'hex') : text;
      setter(target, setterName(data.name))(value);
    }
  }
}

const BYTES_MAX = 65_535;

/** What stands behind the room that an encoder was given. */
const GUARD = 0xa5;
const GUARD_BYTES = 16;

export interface EncodeOptions {
  readonly message: Message;
  readonly json: MessageJson;
  /** The message may not be longer. */
  readonly bytesMax?: number;
  /** Of the sender; the schema's own unless given. */
  readonly version?: number;
}

/** Gives everything that a message says to an encoder that was wrapped. */
export function driveEncoder(encoder: MessageEncoder, message: Message, json: MessageJson): void {
  const driver = new EncoderDriver();
  driver.fields(encoder, message, json.fields);
  const groups = Object.fromEntries(json.groups.map((group) => [group.name, { ...group }]));
  driver.entries(encoder, message, { ...groups, ...json.data });
}

/**
 * Writes a message through a generated encoder.
 *
 * @throws Error when the encoder wrote outside of its room.
 */
export function encodeGenerated(encoder: MessageEncoder, options: EncodeOptions): Uint8Array {
  const { message, json, bytesMax = BYTES_MAX, version } = options;
  const bytes = new Uint8Array(bytesMax + GUARD_BYTES).fill(GUARD);
  try {
    encoder.wrap(new DataView(bytes.buffer), 0, bytesMax);
    driveEncoder(encoder, message, json);
    const length = version === undefined ? encoder.finish() : encoder.finishAs(version);
    checkGuard(bytes, bytesMax);
    return bytes.subarray(0, length);
  } catch (error) {
    checkGuard(bytes, bytesMax);
    throw error;
  }
}

function checkGuard(bytes: Uint8Array, bytesMax: number): void {
  if (bytes.subarray(bytesMax).every((byte) => byte === GUARD)) return;
  throw new Error('the encoder wrote outside of its room');
}
