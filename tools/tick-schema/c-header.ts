/** The C header of the tick: structs, names and proofs of their places. */
import { hex, snakeCase, upperCase } from './spelling.ts';
import { PAYLOAD_OFFSET, TICK_BYTES } from './tick-schema.ts';
import type { NamedValues } from './type-table.ts';
import type { SchemaField, SchemaKind, TickSchema } from './tick-schema.ts';

const C_TYPE = {
  int64: 'int64_t',
  uint64: 'uint64_t',
  uint32: 'uint32_t',
  uint16: 'uint16_t',
  uint8: 'uint8_t',
} as const;

const COLUMNS_MAX = 100;

/** Prefixes of C, which has one space of names for all. */
const PREFIX: ReadonlyMap<string, string> = new Map([
  ['TickKind', 'kind'],
  ['TickFlag', 'flag'],
]);

export function cHeader(schema: TickSchema): string {
  return [
    head(schema),
    ...schema.names.map(names),
    ...schema.kinds.filter(({ fields }) => fields.length > 0).map(payloadStruct),
    tickStruct(schema),
    ACCESSORS,
    asserts(schema),
    '#endif\n',
  ].join('\n');
}

function head(schema: TickSchema): string {
  const absent = (type: string): string => {
    const value = schema.nullValues.get(type);
    if (value === undefined) throw new Error(`the type ${type} of the schema has no nullValue`);
    return value;
  };
  const constant = (name: string): number => {
    const action = schema.names.find((named) => named.name === 'Action');
    const found = action?.constants.find((known) => known.name === name);
    if (found === undefined) throw new Error(`the schema has no constant ${name}`);
    return found.value;
  };
  return `/*
 * tickwire_tick.h: the layout of one tick, version ${schema.version}: ${TICK_BYTES} bytes,
 * little-endian, every field on its natural alignment. Made from libs/wire/tick/schema/tick.xml by
 * tools/tick-schema/run.ts: change that one. The same as a table: docs/reference/tick.md.
 *
 * A price is mantissa x 10^price_exp of the instrument's directory entry. An int64_t is an integer
 * within +-(2^53 - 1), or TW_ABSENT.
 */
#ifndef TICKWIRE_TICK_H
#define TICKWIRE_TICK_H

#include <stddef.h>
#include <stdint.h>

#define TW_TICK_LAYOUT_VERSION ${schema.version}
#define TW_TICK_BYTES ${TICK_BYTES}
#define TW_TICK_PAYLOAD_OFFSET ${PAYLOAD_OFFSET}

/* A price, size or the like that is not there. */
#define TW_ABSENT INT64_C(${absent('Mantissa')})
/* A time that is not known, and a count. */
#define TW_ABSENT_TS UINT64_C(${absent('TimestampNs')})
#define TW_UNKNOWN_COUNT UINT64_C(${absent('CountOrUnknown')})
/* The instrument index that stands for the whole channel or ring. */
#define TW_INSTRUMENT_ALL UINT32_C(${absent('InstrumentIndex')})

/* Of \`side_action\`. */
#define TW_SIDE_MASK ${constant('sideMask')}
#define TW_ACTION_SHIFT ${constant('actionShift')}
`;
}

const prefixOf = (name: string): string => PREFIX.get(name) ?? snakeCase(name);

/** An enum, and a function from value to name; of a set, its bits. */
function names({ name, description, isSet, constants, values }: NamedValues): string {
  const prefix = prefixOf(name);
  const text = (value: number): string => (isSet ? hex(value, 4) : String(value));
  const lines = [...(isSet ? constants : []), ...values].map(
    (value) => `  TW_${prefix.toUpperCase()}_${upperCase(value.name)} = ${text(value.value)}`,
  );
  const cases = values.map((value) => {
    const spelled = upperCase(value.name);
    return `    case TW_${prefix.toUpperCase()}_${spelled}:\n      return "${spelled}";`;
  });
  const parameter = isSet ? 'uint16_t bit' : 'uint8_t value';
  return `/* ${asciiOf(description)} */
enum tw_${prefix} {
${lines.join(',\n')}
};

/* NULL for ${isSet ? 'what is no such bit' : 'a value without a name'}. */
static inline const char *tw_${prefix}_name(${parameter}) {
  switch (${isSet ? 'bit' : 'value'}) {
${cases.join('\n')}
    default:
      return NULL;
  }
}
`;
}

/** A hole between fields, as an array of bytes. */
const hole = (from: number, to: number): string =>
  to > from ? `  uint8_t reserved_${from}[${to - from}];\n` : '';

function members(fields: readonly SchemaField[], bounds: { from: number; to: number }): string {
  let text = '';
  let end = bounds.from;
  for (const { name, offset, type, description } of fields) {
    const suffix = type.length > 1 ? `[${type.length}]` : '';
    const declared = `  ${C_TYPE[type.primitive]} ${snakeCase(name)}${suffix};`;
    text += hole(end, offset) + commented(declared, asciiOf(description || type.description));
    end = offset + type.elementBytes * type.length;
  }
  return text + hole(end, bounds.to);
}

/** The comment behind what it speaks of, or above it where the line would be too long. */
function commented(line: string, comment: string): string {
  if (comment === '') return `${line}\n`;
  const whole = `${line} /* ${comment} */\n`;
  return whole.length <= COLUMNS_MAX + 1 ? whole : `  /* ${comment} */\n${line}\n`;
}

function payloadStruct({ name, description, fields }: SchemaKind): string {
  const inside = members(fields, { from: PAYLOAD_OFFSET, to: TICK_BYTES });
  const comment = `/* ${upperCase(name)}. ${asciiOf(description)} */`;
  return `${comment}\nstruct tw_${snakeCase(name)} {\n${inside}};\n`;
}

function tickStruct(schema: TickSchema): string {
  const payloads = schema.kinds
    .filter(({ fields }) => fields.length > 0)
    .map(({ name }) => `    struct tw_${snakeCase(name)} ${snakeCase(name)};`);
  return `/* One tick; \`kind\` says which member of the union is there. CLOCK and PAD have none. */
struct tw_tick {
${members(schema.header, { from: 0, to: PAYLOAD_OFFSET })}  union {
${payloads.join('\n')}
    uint8_t payload[${TICK_BYTES - PAYLOAD_OFFSET}];
  };
};
`;
}

const ACCESSORS = `/* An enum tw_side. For trades the aggressor's. */
static inline uint8_t tw_tick_side(const struct tw_tick *tick) {
  return tick->side_action & TW_SIDE_MASK;
}

/* An enum tw_action. */
static inline uint8_t tw_tick_action(const struct tw_tick *tick) {
  return tick->side_action >> TW_ACTION_SHIFT;
}
`;

function asserts(schema: TickSchema): string {
  const place = (path: string, offset: number): string => `TW_TICK_PLACE(${path}, ${offset});`;
  return [
    '/* The compiler has put everything where the layout has it. */',
    '#define TW_TICK_PLACE(field, offset) \\',
    '  _Static_assert(offsetof(struct tw_tick, field) == (offset), #field)',
    `_Static_assert(sizeof(struct tw_tick) == ${TICK_BYTES}, "a tick");`,
    ...schema.header.map(({ name, offset }) => place(snakeCase(name), offset)),
    ...schema.kinds.flatMap((kind) =>
      kind.fields.map(({ name, offset }) =>
        place(`${snakeCase(kind.name)}.${snakeCase(name)}`, offset),
      ),
    ),
    '#undef TW_TICK_PLACE',
    '',
  ].join('\n');
}

/** Compilers of C read any bytes in a comment, people with old editors do not. */
function asciiOf(text: string): string {
  return text
    .replaceAll('±', '+-')
    .replaceAll('−', '-')
    .replaceAll('×', 'x')
    .replaceAll('→', 'to')
    .replaceAll('*/', '* /');
}
