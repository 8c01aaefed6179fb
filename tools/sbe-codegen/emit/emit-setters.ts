import { isFloat, isUtf8, isWide, isSigned, primitiveBytes } from '@tickwire/wire-sbe';
import { primitiveRange } from '@tickwire/wire-sbe';
import type { CompositeType, EnumType, Member, ScalarType, SetType } from '@tickwire/wire-sbe';
import { describe } from './member-doc.ts';
import { memberName, typeClass } from './member-names.ts';
import type { ClassMembers } from './member-names.ts';
import { place, wordsOf } from './scalar-access.ts';
import type { ScalarAccess } from './scalar-access.ts';
import { docComment, indent, literal, numberText } from './source-text.ts';

/** What writes one member. */
export interface Writing {
  readonly fields: readonly string[];
  readonly lines: readonly string[];
  /** Writes null over zeros; nothing where zero is right. */
  readonly defaults: readonly string[];
  /** An entry of the class's table of fields, or null when no setter checks anything. */
  readonly table: string | null;
}

export interface WriterOptions {
  readonly access: ScalarAccess;
  readonly members: ClassMembers;
  readonly classOf: (type: CompositeType) => string;
  /** The name of the table of fields. */
  readonly table: string;
  /** The message and groups that the member is in: `Quote.NoLegs`. */
  readonly path: string;
}

/** Builds the setters of one member. */
class MemberWriter {
  readonly #member: Member;
  readonly #options: WriterOptions;
  readonly #name: string;
  readonly #setter: string;
  readonly #at: string;
  readonly #entry: string;
  readonly #lines: string[] = [];
  readonly #defaults: string[] = [];
  #table: string | null = null;

  constructor(member: Member, options: WriterOptions) {
    this.#member = member;
    this.#options = options;
    this.#name = memberName(member.name);
    this.#setter = options.members.setter(member.name);
    this.#at = place(member.offset);
    this.#entry = `${options.table}.${this.#name}`;
  }

  write(): Writing {
    const { type } = this.#member;
    const fields: string[] = [];
    if (type.kind === 'composite') {
      const name = this.#options.classOf(type);
      fields.push(`readonly #${this.#name} = new ${name}Encoder();`);
      this.#lines.push(`get ${this.#name}(): ${name}Encoder {`);
      this.#lines.push(`  return this.#${this.#name}.$place(this.$view, ${this.#at});`, '}');
      this.#defaults.push(`this.${this.#name}.$defaults();`);
    } else if (type.kind === 'set') this.#set(type);
    else if (type.presence === 'constant') return { fields, lines: [], defaults: [], table: null };
    else if (type.kind === 'enum') this.#enum(type);
    else if (type.length > 1) this.#array(type);
    else this.#single(type);
    const doc = docComment(describe(this.#member));
    const lines = [...doc, ...this.#lines];
    return { fields, lines, defaults: this.#defaults, table: this.#table };
  }

  #method(head: string, body: readonly string[]): void {
    this.#lines.push(`${head}: this {`, ...indent([...body, 'return this;']), '}');
  }

  #describe(facts: Parameters<typeof literal>[0]): void {
    this.#table = `${this.#name}: ${literal(facts)},`;
  }

  get #facts() {
    return { path: `${this.#options.path}.${this.#member.name}`, offset: this.#member.offset };
  }

  #numberFacts(type: ScalarType): Parameters<typeof literal>[0] {
    const range = primitiveRange(type.primitive);
    const min = `@${numberText(Number(type.min ?? range.min))}`;
    const max = `@${numberText(Number(type.max ?? range.max))}`;
    const isOptional = type.presence === 'optional';
    const nullValue = isOptional ? `@${numberText(Number(type.nullValue))}` : null;
    return { ...this.#facts, min, max, nullValue };
  }

  #wordFacts(type: ScalarType): Parameters<typeof literal>[0] {
    const range = primitiveRange(type.primitive);
    const words = (value: Parameters<typeof wordsOf>[0]) => ({ ...wordsOf(value) });
    return {
      ...this.#facts,
      signed: isSigned(type.primitive),
      min: words(type.min ?? range.min),
      max: words(type.max ?? range.max),
      nullValue: type.presence === 'optional' ? words(type.nullValue) : null,
    };
  }

  #checked(type: ScalarType): string {
    if (type.primitive === 'char') return `charCode(${this.#entry}, value)`;
    return `${isFloat(type.primitive) ? 'floatIn' : 'integerIn'}(${this.#entry}, value)`;
  }

  #single(type: ScalarType): void {
    if (isWide(type.primitive)) {
      this.#wide(type);
      return;
    }
    const { access } = this.#options;
    const optional = type.presence === 'optional';
    const kind = type.primitive === 'char' ? 'string' : 'number';
    const nullText = numberText(Number(type.nullValue));
    this.#describe(this.#numberFacts(type));
    const checked = this.#checked(type);
    const written = optional ? `value === null ? ${nullText} : ${checked}` : checked;
    this.#method(`${this.#setter}(value: ${kind}${optional ? ' | null' : ''})`, [
      access.write(type.primitive, this.#at, written),
    ]);
    if (optional && !Object.is(type.nullValue, 0)) {
      this.#defaults.push(access.write(type.primitive, this.#at, nullText));
    }
  }

  #wide(type: ScalarType): void {
    this.#describe(this.#wordFacts(type));
    const optional = type.presence === 'optional';
    this.#wordSetters({ index: '', at: this.#at, nullValue: optional ? type.nullValue : null });
    if (optional) this.#defaults.push(...this.#writeWords(this.#at, wordsOf(type.nullValue)));
  }

  #writeWords(at: string, words: { hi: number | string; lo: number | string }): string[] {
    const { access } = this.#options;
    const where = access.words(at);
    return [
      access.write('uint32', where.hi, String(words.hi)),
      access.write('uint32', where.lo, String(words.lo)),
    ];
  }

  /** Setters by number, by bigint and by words; `index` is a parameter before the value. */
  #wordSetters(of: { index: string; at: string; nullValue: number | bigint | null }): void {
    const { members } = this.#options;
    const byWords = members.derived(`${this.#setter}Words`);
    const byBigInt = members.derived(`${this.#setter}BigInt`);
    const parameter = of.index === '' ? '' : `${of.index}: number, `;
    const argument = of.index === '' ? '' : `${of.index}, `;
    const value = (kind: string) => `value: ${kind}${of.nullValue === null ? '' : ' | null'}`;
    const locate = of.index === '' ? [] : [this.#locate(8)];
    const toNull =
      of.nullValue === null
        ? []
        : [
            'if (value === null) {',
            ...indent([
              ...locate,
              ...this.#writeWords(of.at, wordsOf(of.nullValue)),
              'return this;',
            ]),
            '}',
          ];
    this.#lines.push(`${this.#setter}(${parameter}${value('number')}): this {`);
    this.#lines.push(...indent([...toNull, `checkExact(${this.#entry}, value);`]));
    this.#lines.push(
      `  return this.${byWords}(${argument}upperWord(value), lowerWord(value));`,
      '}',
    );
    this.#lines.push(`${byBigInt}(${parameter}${value('bigint')}): this {`);
    this.#lines.push(...indent([...toNull, `checkBigInt(${this.#entry}, value);`]));
    const words = 'upperWordOf(value), lowerWordOf(value)';
    this.#lines.push(`  return this.${byWords}(${argument}${words});`, '}');
    this.#method(`${byWords}(${parameter}hi: number, lo: number)`, [
      `checkWords(${this.#entry}, hi, lo);`,
      ...locate,
      ...this.#writeWords(of.at, { hi: 'hi', lo: 'lo' }),
    ]);
  }

  #locate(bytes: number): string {
    const length = (this.#member.type as ScalarType).length;
    const index = `checkIndex(${this.#entry}, index, ${length})`;
    return `const at = ${this.#at} + ${index}${bytes === 1 ? '' : ` * ${bytes}`};`;
  }

  #array(type: ScalarType): void {
    const { access } = this.#options;
    const optional = type.presence === 'optional';
    if (type.primitive === 'char') {
      const utf8 = isUtf8(type.characterEncoding);
      this.#describe({ ...this.#facts, length: type.length, utf8 });
      const value = optional ? "value: value ?? ''" : 'value';
      this.#method(`${this.#setter}(value: string${optional ? ' | null' : ''})`, [
        `writeText(this.$view, ${this.#at}, { field: ${this.#entry}, ${value} });`,
      ]);
      return;
    }
    if (isWide(type.primitive)) {
      this.#describe(this.#wordFacts(type));
      const nullValue = optional ? type.nullValue : null;
      this.#wordSetters({ index: 'index', at: 'at', nullValue });
    } else {
      this.#describe(this.#numberFacts(type));
      const nullText = numberText(Number(type.nullValue));
      const checked = this.#checked(type);
      const written = optional ? `value === null ? ${nullText} : ${checked}` : checked;
      const value = `value: number${optional ? ' | null' : ''}`;
      this.#method(`${this.#setter}(index: number, ${value})`, [
        this.#locate(primitiveBytes(type.primitive)),
        access.write(type.primitive, 'at', written),
      ]);
    }
    if (optional) {
      const each = `for (let index = 0; index < ${type.length}; index += 1)`;
      this.#defaults.push(`${each} this.${this.#setter}(index, null);`);
    }
  }

  #enum(type: EnumType): void {
    const { access } = this.#options;
    const optional = type.presence === 'optional';
    this.#describe({ ...this.#facts, values: type.values.map(({ value }) => value) });
    const checked = `enumIn(${this.#entry}, value)`;
    const written = optional ? `value === null ? ${type.nullValue} : ${checked}` : checked;
    const value = `value: ${typeClass(type.name)}${optional ? ' | null' : ''}`;
    this.#method(`${this.#setter}(${value})`, [access.write(type.primitive, this.#at, written)]);
    if (optional && type.nullValue !== 0) {
      this.#defaults.push(access.write(type.primitive, this.#at, String(type.nullValue)));
    }
  }

  #set(type: SetType): void {
    const asNumber: ScalarType = {
      kind: 'scalar',
      name: type.name,
      primitive: type.primitive,
      length: 1,
      presence: 'required',
      nullValue: 0,
      min: null,
      max: null,
      constant: null,
      characterEncoding: null,
    };
    if (isWide(type.primitive)) this.#wide({ ...asNumber, nullValue: 0n });
    else this.#single(asNumber);
  }
}

export function writeMember(member: Member, options: WriterOptions): Writing {
  return new MemberWriter(member, options).write();
}
