// XML that is no schema at all, or one that would cost without end.
import { describe, expect, test } from 'vitest';
import { readSchema } from './read-schema.ts';

const ENTITIES = `<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "${'&a;'.repeat(100)}">]>`;
const ATTRIBUTES = Array.from({ length: 100 }, (_, index) => `a${index}=""`).join(' ');

/** A schema around types and messages. */
function schemaOf(types: string, messages: string): string {
  const parts = ['blockLength', 'templateId', 'schemaId', 'version', 'numInGroup'];
  const members = parts.map((name) => `<type name="${name}" primitiveType="uint16"/>`).join('');
  const header = ['messageHeader', 'groupSizeEncoding']
    .map((name) => `<composite name="${name}">${members}</composite>`)
    .join('');
  return `<messageSchema id="1"><types>${header}${types}</types>${messages}</messageSchema>`;
}

/** `<x a="0">…</x>`, one within the other. */
function nested(levels: number, open: (level: number) => string, close: string): string {
  const opened = Array.from({ length: levels }, (_, level) => open(level)).join('');
  return `${opened}<!-- -->${close.repeat(levels)}`;
}

describe('XML that is no schema', () => {
  test.each([
    ['BAD_XML', 'nothing', ''],
    ['BAD_XML', 'plain text', 'plain text'],
    ['BAD_XML', 'an element that does not end', '<messageSchema>'],
    ['BAD_XML', 'an attribute twice', '<messageSchema id="1" id="2"/>'],
    ['BAD_XML', 'an attribute without quotes', '<messageSchema id=1/>'],
    ['BAD_XML', 'an entity nobody defined', '<messageSchema id="&unknown;"/>'],
    ['BAD_XML', 'two roots', '<a/><b/>'],
    ['HOSTILE_XML', 'entities that expand', `${ENTITIES}<messageSchema id="&b;"/>`],
    ['HOSTILE_XML', 'a file of the system', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'],
    ['UNKNOWN_ELEMENT', 'another root', '<schema/>'],
    ['TOO_DEEP', 'many levels', '<a>'.repeat(100_000)],
    ['TOO_LARGE', 'many elements', `<messageSchema>${'<types/>'.repeat(200_001)}`],
    ['TOO_LARGE', 'many attributes', `<messageSchema ${ATTRIBUTES}/>`],
    ['TOO_LARGE', 'many characters', ' '.repeat(16 * 1024 * 1024 + 1)],
  ])('%s: %s', (code, _title, xml) => {
    expect(() => readSchema(xml)).toThrow(expect.objectContaining({ code, name: 'SchemaError' }));
  });

  test('groups and composites that are nested too deeply are refused', () => {
    const tooDeep = expect.objectContaining({ code: 'TOO_DEEP' });
    const groups = nested(17, (level) => `<group name="G${level}" id="${level}">`, '</group>');
    const message = `<message name="M" id="1">${groups}</message>`;
    expect(() => readSchema(schemaOf('', message))).toThrow(tooDeep);
    const composites = nested(20, (level) => `<composite name="c${level}">`, '</composite>');
    expect(() => readSchema(schemaOf(composites, ''))).toThrow(tooDeep);
  });

  test('constants that references would multiply without end are refused', () => {
    const constant = '<type name="a" primitiveType="int8" presence="constant">1</type>';
    const first = `<composite name="C0">${constant}</composite>`;
    const levels = Array.from({ length: 10 }, (_, level) => {
      const names = Array.from({ length: 9 }, (_, index) => `r${index}`);
      const refs = names.map((name) => `<ref name="${name}" type="C${level}"/>`).join('');
      return `<composite name="C${level + 1}">${refs}</composite>`;
    });
    const types = [first, ...levels].join('\n');
    expect(() => readSchema(schemaOf(types, ''))).toThrow(
      expect.objectContaining({ code: 'TOO_LARGE' }),
    );
  });
});
