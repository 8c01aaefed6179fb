import { isFloat, isUtf8, isWide } from '@tickwire/wire-sbe';
import type { CompositeType, EnumType, Member, ScalarType, SetType } from '@tickwire/wire-sbe';
import { describe } from './member-doc.ts';
import { memberName, typeClass } from './member-names.ts';
import type { ClassMembers } from './member-names.ts';
import { nullTest, place, wideFunction, wordsOf } from './scalar-access.ts';
import type { ScalarAccess } from './scalar-access.ts';
import { docComment, indent, quoted } from './source-text.ts';

/** What reads one member: its lines within a class, and the expression of its JSON. */
export interface Reading {
  /** Private flyweights of composites. */
  readonly fields: readonly string[];
  readonly lines: readonly string[];
  readonly json: string;
}

export interface ReaderOptions {
  readonly access: ScalarAccess;
  readonly members: ClassMembers;
  readonly classOf: (type: CompositeType) => string;
}

/** Builds the getters of one member of a block or composite. */
class MemberReader {
  readonly #member: Member;
  readonly #options: ReaderOptions;
  readonly #name: string;
  readonly #at: string;
  readonly #lines: string[] = [];

  constructor(member: Member, options: ReaderOptions) {
    this.#member = member;
    this.#options = options;
    this.#name = memberName(member.name);
    this.#at = place(member.offset);
  }

  read(): Reading {
    const { type } = this.#member;
    let json: string;
    const fields: string[] = [];
    if (type.kind === 'composite') {
      fields.push(`readonly #${this.#name} = new ${this.#options.classOf(type)}Decoder();`);
      json = this.#composite(type);
    } else if (type.kind === 'set') json = this.#set(type);
    else if (type.kind === 'enum') json = this.#enum(type);
    else if (type.presence === 'constant') json = this.#constant(type);
    else if (type.length > 1) json = this.#array(type);
    else json = this.#single(type);
    const doc = docComment(describe(this.#member));
    return { fields, lines: [...doc, ...this.#lines], json };
  }

  get #isVersioned(): boolean {
    return this.#member.since > 0;
  }

  /** What a getter does first when the sender's version may not have the field. */
  #absent(result: string): string[] {
    return this.#isVersioned
      ? [`if (this.$version < ${this.#member.since}) return ${result};`]
      : [];
  }

  #nullable(type: string, optional: boolean): string {
    return optional || this.#isVersioned ? `${type} | null` : type;
  }

  #getter(name: string, type: string, body: readonly string[]): void {
    this.#lines.push(`get ${name}(): ${type} {`, ...indent(body), '}');
  }

  #method(head: string, type: string, body: readonly string[]): void {
    this.#lines.push(`${head}: ${type} {`, ...indent(body), '}');
  }

  #derived(suffix: string): string {
    return this.#options.members.derived(`${this.#name}${suffix}`);
  }

  #constant(type: ScalarType): string {
    const { constant } = type;
    const own = this.#name;
    if (typeof constant === 'bigint') {
      const value = Number(constant);
      this.#getter(own, this.#nullable('number', false), [
        ...this.#absent('null'),
        `return ${value};`,
      ]);
      const name = this.#derived('BigInt');
      this.#getter(name, 'bigint', [`return ${constant}n;`]);
      const text = Number.isSafeInteger(value) ? String(value) : quoted(String(constant));
      return this.#isVersioned ? `this.${own} === null ? null : ${text}` : text;
    }
    const isText = typeof constant === 'string';
    const value = isText ? quoted(constant) : String(constant);
    const kind = this.#nullable(isText ? 'string' : 'number', false);
    this.#getter(own, kind, [...this.#absent('null'), `return ${value};`]);
    return isFloat(type.primitive) ? `floatJson(this.${own})` : `this.${own}`;
  }

  #single(type: ScalarType): string {
    if (isWide(type.primitive)) return this.#wide(type);
    const optional = type.presence === 'optional';
    const isChar = type.primitive === 'char';
    const read = this.#options.access.read(type.primitive, this.#at);
    const test = optional ? nullTest(type.primitive, 'value', type.nullValue) : null;
    const body = [...this.#absent('null')];
    if (!isChar) body.push(...valueOrNull(read, test));
    else {
      body.push(`const value = ${read};`);
      if (test !== null) body.push(`if (${test}) return null;`);
      body.push("return value === 0 ? '' : String.fromCharCode(value);");
    }
    this.#getter(this.#name, this.#nullable(isChar ? 'string' : 'number', optional), body);
    return isFloat(type.primitive) ? `floatJson(this.${this.#name})` : `this.${this.#name}`;
  }

  /** The two words of 64 bits; of an absent field those of its null. */
  #words(nullValue: bigint, at: string): { hi: string; lo: string } {
    const { access } = this.#options;
    const where = access.words(at);
    const none = wordsOf(nullValue);
    const hi = this.#derived('Hi32');
    const lo = this.#derived('Lo32');
    const upper = access.read('uint32', where.hi);
    this.#getter(hi, 'number', [...this.#absent(String(none.hi)), `return ${upper};`]);
    const lower = access.read('uint32', where.lo);
    this.#getter(lo, 'number', [...this.#absent(String(none.lo)), `return ${lower};`]);
    return { hi, lo };
  }

  #wide(type: ScalarType): string {
    const optional = type.presence === 'optional';
    const { hi, lo } = this.#words(BigInt(type.nullValue), this.#at);
    const none = wordsOf(type.nullValue);
    const read = (result: string) => [
      ...this.#absent('null'),
      `const hi = this.${hi};`,
      `const lo = this.${lo};`,
      ...(optional ? [`if (hi === ${none.hi} && lo === ${none.lo}) return null;`] : []),
      `return ${wideFunction(type.primitive, result)}(hi, lo);`,
    ];
    this.#getter(this.#name, this.#nullable('number', optional), read('Number'));
    const display = this.#derived('BigInt');
    this.#getter(display, this.#nullable('bigint', optional), read('BigInt'));
    const json = `${wideFunction(type.primitive, 'Json')}(this.${hi}, this.${lo})`;
    if (!optional && !this.#isVersioned) return json;
    return `this.${this.#name} === null ? null : ${json}`;
  }

  #array(type: ScalarType): string {
    const length = this.#derived('Length');
    this.#getter(length, 'number', [`return ${type.length};`]);
    if (type.primitive === 'char') return this.#text(type);
    return this.#list(type);
  }

  #text(type: ScalarType): string {
    const optional = type.presence === 'optional';
    const read = isUtf8(type.characterEncoding) ? 'readUtf8' : 'readLatin1';
    this.#getter(this.#name, this.#nullable('string', optional), [
      ...this.#absent('null'),
      `const length = textLength(this.$view, ${this.#at}, ${type.length});`,
      ...(optional ? ['if (length === 0) return null;'] : []),
      `return ${read}(this.$view, ${this.#at}, length);`,
    ]);
    const index = this.#checkedIndex(type);
    this.#method(`${this.#derived('Byte')}(index: number)`, 'number', [
      ...this.#absent('0'),
      `return this.$view.getUint8(${this.#at} + ${index});`,
    ]);
    return `this.${this.#name}`;
  }

  #list(type: ScalarType): string {
    const { access } = this.#options;
    const optional = type.presence === 'optional';
    const own = this.#name;
    const wide = isWide(type.primitive);
    const bytes = wide ? 8 : Number(/\d+$/.exec(type.primitive)?.[0] ?? bitsOfFloat(type)) / 8;
    const scaled = `${this.#checkedIndex(type)}${bytes === 1 ? '' : ` * ${bytes}`}`;
    const where = `const at = ${this.#at} + ${scaled};`;
    const returned = this.#nullable('number', optional);
    if (!wide) {
      const test = nullTest(type.primitive, 'value', type.nullValue);
      this.#method(`${own}(index: number)`, returned, [
        ...this.#absent('null'),
        where,
        ...valueOrNull(access.read(type.primitive, 'at'), optional ? test : null),
      ]);
      const element = isFloat(type.primitive)
        ? `floatJson(this.${own}(index))`
        : `this.${own}(index)`;
      return this.#listJson(type, element);
    }
    const none = wordsOf(type.nullValue);
    const { hi, lo } = access.words('at');
    const read = (result: string) => [
      ...this.#absent('null'),
      where,
      `const hi = ${access.read('uint32', hi)};`,
      `const lo = ${access.read('uint32', lo)};`,
      ...(optional ? [`if (hi === ${none.hi} && lo === ${none.lo}) return null;`] : []),
      `return ${wideFunction(type.primitive, result)}(hi, lo);`,
    ];
    this.#method(`${own}(index: number)`, returned, read('Number'));
    const display = this.#derived('BigInt');
    this.#method(`${display}(index: number)`, this.#nullable('bigint', optional), read('BigInt'));
    return this.#listJson(type, `bigIntJson(this.${display}(index))`);
  }

  #checkedIndex(type: ScalarType): string {
    const field = `{ path: ${quoted(this.#member.name)}, offset: ${this.#at} }`;
    return `checkIndex(${field}, index, ${type.length})`;
  }

  #listJson(type: ScalarType, element: string): string {
    const list = `Array.from({ length: ${type.length} }, (_, index) => ${element})`;
    return this.#isVersioned ? `this.$version < ${this.#member.since} ? null : ${list}` : list;
  }

  #enum(type: EnumType): string {
    const optional = type.presence === 'optional';
    const names = `nameOf${typeClass(type.name)}`;
    if (type.presence === 'constant') {
      this.#getter(this.#name, this.#nullable('number', false), [
        ...this.#absent('null'),
        `return ${type.constant!};`,
      ]);
    } else {
      this.#getter(this.#name, this.#nullable('number', optional), [
        ...this.#absent('null'),
        ...valueOrNull(
          this.#options.access.read(type.primitive, this.#at),
          optional ? `value === ${type.nullValue}` : null,
        ),
      ]);
    }
    const name = this.#derived('Name');
    this.#getter(name, 'string | null', [`return ${names}(this.${this.#name});`]);
    return `enumJson(this.${this.#name}, this.${name})`;
  }

  #set(type: SetType): string {
    const names = `namesOf${typeClass(type.name)}`;
    if (!isWide(type.primitive)) {
      const own = this.#name;
      const value = this.#options.access.read(type.primitive, this.#at);
      this.#getter(own, this.#nullable('number', false), [
        ...this.#absent('null'),
        `return ${value};`,
      ]);
      const json = `{ raw: this.${own}, set: ${names}(this.${own}) }`;
      return this.#isVersioned ? `this.${own} === null ? null : ${json}` : json;
    }
    const { hi, lo } = this.#words(0n, this.#at);
    const words = `this.${hi}, this.${lo}`;
    this.#getter(this.#derived('BigInt'), this.#nullable('bigint', false), [
      ...this.#absent('null'),
      `return uint64BigInt(${words});`,
    ]);
    this.#method(`${this.#derived('Has')}(bit: number)`, 'boolean', [
      `return hasBit(${words}, bit);`,
    ]);
    const json = `{ raw: uint64Json(${words}), set: ${names}(${words}) }`;
    return this.#isVersioned ? `this.$version < ${this.#member.since} ? null : ${json}` : json;
  }

  #composite(type: CompositeType): string {
    const name = this.#name;
    this.#getter(name, this.#nullable(`${this.#options.classOf(type)}Decoder`, false), [
      ...this.#absent('null'),
      `return this.#${name}.$place(this.$view, ${this.#at}, this.$version);`,
    ]);
    return this.#isVersioned ? `this.${name}?.toJson() ?? null` : `this.${name}.toJson()`;
  }
}

/** @param isNull - When `value` means null; null itself when nothing does. */
function valueOrNull(read: string, isNull: string | null): string[] {
  if (isNull === null) return [`return ${read};`];
  return [`const value = ${read};`, `return ${isNull} ? null : value;`];
}

function bitsOfFloat(type: ScalarType): number {
  return type.primitive === 'float' ? 32 : 64;
}

export function readMember(member: Member, options: ReaderOptions): Reading {
  return new MemberReader(member, options).read();
}
