/**
 * The getters and setters of a tick's fields, for libs/wire/tick, with their places written into
 * the code. What the compiler inlines into one loop is limited by bytecode: with constants of a
 * module in place of the numbers, or with setters of the header that go through another function,
 * a whole tick no longer fitted, and `npm run bench -- tick` showed it.
 */
import { hex, pascalCase, upperCase } from './spelling.ts';
import type { SchemaField, TickSchema } from './tick-schema.ts';

const WORD_BYTES = 4;
const WORD_BITS = 32;

/** Set together with others, by functions of tick-view.ts; `kind` by `begin`. */
const NO_SETTER: ReadonlySet<string> = new Set([
  ...['kind', 'bidOrders', 'askOrders', 'bidPublisher', 'askPublisher'],
  ...['tradingState', 'statusReason', 'session', 'haltResume'],
  ...['state', 'previousState', 'reason', 'scope'],
]);

/** Members of the class TickHeader, whose own memory they reach. */
export function headerMembers(schema: TickSchema): string {
  return schema.header.map((field) => accessors(field, OWN_MEMORY)).join('\n');
}

/** The class of all payloads. */
export function payloadModule(schema: TickSchema): string {
  const known = new Set<string>();
  const members = schema.kinds.flatMap(({ name: kind, fields }) => {
    // A name that several kinds have is the field of the first of them.
    const own = fields.filter(({ name }) => !known.has(name));
    for (const { name } of own) known.add(name);
    const list = own.map((field) => accessors(field, BY_FUNCTION));
    return own.length === 0 ? [] : [`  // ${upperCase(kind)}\n`, ...list];
  });
  return `/**
 * The payloads of ticks. Made from schema/tick.xml by tools/tick-schema/run.ts: change that one.
 *
 * Of a u64 there are two halves, Hi and Lo. What is no whole word is shifted and masked.
 */
import { TickHeader } from './tick-header.ts';

/** What \`TickView\` is built on; use that. */
export class TickPayload extends TickHeader {
${members.join('\n')}}
`;
}

/** How a setter stores whole words. */
interface Storing {
  word(word: number, value: string): string;
  words(word: number): string;
}

/** One step deep: see the head of tick-header.ts. */
const OWN_MEMORY: Storing = {
  word: (word, value) => `this.#target[${placeOf(word)}] = ${value};`,
  words: (word) => `const target = this.#target;
    target[${placeOf(word)}] = lo;
    target[${placeOf(word + 1)}] = hi;`,
};

const BY_FUNCTION: Storing = {
  word: (word, value) => `this.writeU32(${word}, ${value});`,
  words: (word) => `this.writeU64(${word}, hi, lo);`,
};

const placeOf = (word: number): string => (word === 0 ? 'this.#first' : `this.#first + ${word}`);

function accessors(field: SchemaField, storing: Storing): string {
  const { name, type, description } = field;
  const comment = description === '' ? '' : `  /** ${description} */\n`;
  if (name === 'sideAction') return comment + sideAction(field);
  if (type.length > 1) return comment + list(field);
  if (type.primitive === 'int64') return comment + mantissa(field);
  if (type.primitive === 'uint64') return comment + halves(field, storing);
  return comment + number(field, storing);
}

const wordOf = ({ offset }: SchemaField): number => Math.floor(offset / WORD_BYTES);
const shiftOf = ({ offset }: SchemaField): number => (offset % WORD_BYTES) * 8;

function mantissa(field: SchemaField): string {
  const { name } = field;
  const word = wordOf(field);
  return `  get ${name}(): number {
    return this.readI64(${word}, '${name}');
  }
  set ${name}(mantissa: number) {
    this.writeI64(${word}, mantissa, '${name}');
  }
`;
}

function halves(field: SchemaField, storing: Storing): string {
  const { name } = field;
  const word = wordOf(field);
  const has =
    name !== 'tsEvent'
      ? ''
      : `  get hasTsEvent(): boolean {
    return (this.readU32(${word}) & this.readU32(${word + 1})) !== -1;
  }
`;
  return `  get ${name}Hi(): number {
    return this.readU32(${word + 1});
  }
  get ${name}Lo(): number {
    return this.readU32(${word});
  }
${has}  set${pascalCase(name)}(hi: number, lo: number): void {
    ${storing.words(word)}
  }
`;
}

function number(field: SchemaField, storing: Storing): string {
  const { name, type } = field;
  const word = wordOf(field);
  const shift = shiftOf(field);
  const bits = type.elementBytes * 8;
  const mask = hex(2 ** bits - 1, bits / 4);
  const whole = `this.readU32(${word})`;
  const high = shift === 0 ? whole : `${whole} >>> ${shift}`;
  const isTop = shift + bits === WORD_BITS;
  const read = isTop ? high : `${shift === 0 ? high : `(${high})`} & ${mask}`;
  const getter = `  get ${name}(): number {\n    return ${read};\n  }\n`;
  if (NO_SETTER.has(name)) return getter;
  const low = `value & ${mask}`;
  const placed = shift === 0 ? low : isTop ? `value << ${shift}` : `(${low}) << ${shift}`;
  const place = hex((2 ** bits - 1) * 2 ** shift, (bits + shift) / 4);
  const store =
    bits === WORD_BITS
      ? storing.word(word, 'value')
      : `this.writeBits(${word}, ${place}, ${placed});`;
  return `${getter}  set ${name}(value: number) {\n    ${store}\n  }\n`;
}

/** Four bytes of one word: `conditions` are read by `condition(slot)`. */
function list(field: SchemaField): string {
  const one = field.name.replace(/s$/, '');
  const word = wordOf(field);
  return `  ${one}(slot: number): number {
    return (this.readU32(${word}) >>> ((slot & 3) * 8)) & 0xff;
  }
  set${pascalCase(one)}(slot: number, code: number): void {
    const shift = (slot & 3) * 8;
    this.writeBits(${word}, 0xff << shift, (code & 0xff) << shift);
  }
`;
}

/** Side in the low four bits, action in the high ones: see the composite of the schema. */
function sideAction(field: SchemaField): string {
  const word = wordOf(field);
  const side = shiftOf(field);
  const action = side + 4;
  const mask = hex(0xff * 2 ** side, (8 + side) / 4);
  return `  get side(): number {
    return (this.readU32(${word}) >>> ${side}) & 15;
  }
  get action(): number {
    return (this.readU32(${word}) >>> ${action}) & 15;
  }
  setSideAction(side: Side, action: Action): void {
    this.writeBits(${word}, ${mask}, (side << ${side}) | (action << ${action}));
  }
`;
}
