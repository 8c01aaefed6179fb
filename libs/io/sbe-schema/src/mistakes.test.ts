// Goal: every mistake that a schema can have is named by a code, the element and its line.
// Method: one small schema a mistake, in fixtures/mistakes; its first line says what is expected.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SCHEMA_ERROR_CODES, SchemaError } from './errors.ts';
import { readSchema } from './read-schema.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/mistakes');
const EXPECTED = /^<!-- ([A-Z_]+) in line (\d+): (.*) -->/;

const MISTAKES = readdirSync(FOLDER)
  .sort()
  .map((name) => {
    const xml = readFileSync(join(FOLDER, name), 'utf8');
    const [, code = '', line = '', title = ''] = EXPECTED.exec(xml) ?? [];
    return { name, xml, code, line: Number(line), title };
  });

function errorOf(xml: string): SchemaError {
  try {
    readSchema(xml);
  } catch (error) {
    if (error instanceof SchemaError) return error;
    throw error;
  }
  throw new Error('the schema was taken');
}

describe('a schema with a mistake is refused with code, line and path', () => {
  test.each(MISTAKES)('$code: $title', ({ xml, code, line }) => {
    const error = errorOf(xml);
    expect({ code: error.code, line: error.line }).toEqual({ code, line });
    expect(error.column).toBeGreaterThan(0);
    expect(error.path).toMatch(/^\/messageSchema/);
    expect(error.hint).toMatch(/^\S+( \S+)+/);
  });

  test('the path names every element above', () => {
    const { xml } = MISTAKES.find(({ name }) => name.startsWith('bad-dimension-without'))!;
    const nested = xml
      .replace('<group name="G"', '<group name="Outer" id="9"><group name="G"')
      .replace('</message>', '</group></message>');
    expect(errorOf(nested).path).toBe('/messageSchema/message[M]/group[Outer]/group[G]');
  });

  test('every code has a case', () => {
    const elsewhere = ['BAD_XML', 'HOSTILE_XML', 'TOO_DEEP'];
    const cases = new Set([...MISTAKES.map(({ code }) => code), ...elsewhere]);
    expect([...cases].sort()).toEqual([...SCHEMA_ERROR_CODES].sort());
  });
});
