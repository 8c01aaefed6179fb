import type { RandomSource } from './random-source.ts';

/** Values that schemas have at their edges, and that they should not have. */
const VALUES = [
  ...['', '0', '1', '-1', '2', '3', '7', '8', '63', '64', '255', '256', '65535', '65536'],
  ...['4294967295', '4294967296', '9223372036854775807', '18446744073709551615', '1e9', 'NaN'],
  ...['int8', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'float', 'double', 'char', 'int128'],
  ...['required', 'optional', 'constant', 'littleEndian', 'bigEndian', 'messageHeader'],
  ...['groupSizeEncoding', 'groupSize', 'varData', 'length', 'blockLength', 'numInGroup'],
  ...[
    'mantissa',
    'exponent',
    'wrap',
    'constructor',
    '__proto__',
    'a b',
    'é',
    '&amp;',
    'x'.repeat(300),
  ],
];

const NAMES = [
  ...['name', 'id', 'type', 'offset', 'presence', 'nullValue', 'minValue', 'maxValue', 'length'],
  ...['primitiveType', 'encodingType', 'dimensionType', 'blockLength', 'sinceVersion'],
  ...['deprecated', 'valueRef', 'characterEncoding', 'version', 'byteOrder', 'headerType'],
];

const ELEMENTS = [
  ...['type', 'composite', 'enum', 'set', 'ref', 'validValue', 'choice', 'field', 'group', 'data'],
  ...['message', 'messages', 'types', 'messageSchema'],
];

const RAW = [
  '<',
  '>',
  '"',
  '&',
  '&lt;',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<?',
  '\0',
  '\u{1F600}',
  '/',
];

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A schema with the places where it can be changed. */
export class MutableSchema {
  readonly #xml: string;
  readonly #values: readonly Span[];
  readonly #elements: readonly Span[];
  readonly #contents: readonly Span[];

  constructor(xml: string) {
    this.#xml = xml;
    this.#values = spans(xml, /(?<=\s[\w:]+=")[^"]*(?=")/g);
    this.#elements = spans(xml, /<(\w+:)?(\w+)[^<>]*(\/>|>[^<>]*<\/[\w:]+>)/g);
    this.#contents = spans(xml, /(?<=>)[^<>\s][^<>]*(?=<)/g);
  }

  mutate(random: RandomSource): string {
    const edits: (Span & { text: string })[] = [];
    const wanted = random.chance(0.7) ? 1 : 2 + random.below(3);
    for (let count = 0; count < wanted; count += 1) edits.push(this.#edit(random));
    edits.sort((a, b) => b.start - a.start);
    let xml = this.#xml;
    let next = xml.length;
    for (const { start, end, text } of edits) {
      if (end > next) continue;
      xml = xml.slice(0, start) + text + xml.slice(end);
      next = start;
    }
    return xml;
  }

  #text({ start, end }: Span): string {
    return this.#xml.slice(start, end);
  }

  #edit(random: RandomSource): Span & { text: string } {
    const kind = random.below(20);
    if (kind < 7) return this.#sameKind(random);
    if (kind < 11) return this.#value(random);
    if (kind < 17) return this.#element(random);
    if (kind < 19 && this.#contents.length > 0) {
      return { ...random.pick(this.#contents), text: random.pick(VALUES) };
    }
    const start = random.below(this.#xml.length);
    const end = start + random.below(random.chance(0.5) ? 2 : 40);
    return { start, end, text: random.pick(RAW) };
  }

  /** The value that the same attribute has elsewhere: often the schema is still right. */
  #sameKind(random: RandomSource): Span & { text: string } {
    const span = random.pick(this.#values);
    const name = this.#nameBefore(span);
    const alike = this.#values.filter((other) => this.#nameBefore(other) === name);
    return { ...span, text: this.#text(random.pick(alike)) };
  }

  #nameBefore({ start }: Span): string {
    return this.#xml.slice(this.#xml.lastIndexOf(' ', start), start);
  }

  /** Another value of the same schema, an edge, or an attribute less or more. */
  #value(random: RandomSource): Span & { text: string } {
    const span = random.pick(this.#values);
    const roll = random.below(10);
    if (roll < 5) return { ...span, text: this.#text(random.pick(this.#values)) };
    if (roll < 8) return { ...span, text: random.pick(VALUES) };
    const end = span.end + 1;
    const added = `" ${random.pick(NAMES)}="${random.pick(VALUES)}"`;
    if (roll === 8) return { start: span.end, end, text: added };
    const start = this.#xml.lastIndexOf(' ', span.start);
    return { start, end, text: '' };
  }

  /** An element less, twice, in place of another, or with another name. */
  #element(random: RandomSource): Span & { text: string } {
    const span = random.pick(this.#elements);
    const own = this.#text(span);
    const roll = random.below(4);
    if (roll === 0) return { ...span, text: '' };
    if (roll === 1) return { ...span, text: own + own };
    if (roll === 2) return { ...span, text: this.#text(random.pick(this.#elements)) };
    const name = random.pick(ELEMENTS);
    return { ...span, text: own.replaceAll(/(?<=<\/?)[\w:]+/g, name) };
  }
}

function spans(xml: string, pattern: RegExp): Span[] {
  return [...xml.matchAll(pattern)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}
