import { describe, expect, test } from 'vitest';
import { readSchema } from './read-schema.ts';

const XML = `<?xml version="1.0"?>
<x:messageSchema xmlns:x="urn:any" package="p" id="9" version="4" byteOrder="bigEndian">
  <types>
    <composite name="messageHeader">
      <type name="blockLength" primitiveType="uint16"/>
      <type name="templateId" primitiveType="uint16"/>
      <type name="schemaId" primitiveType="uint16"/>
      <type name="version" primitiveType="uint16"/>
    </composite>
    <type name="Text" primitiveType="char" length="5" semanticType="String"/>
    <type name="Maybe" primitiveType="int64" presence="optional"/>
  </types>
  <types>
    <enum name="Side" encodingType="Code"><validValue name="Buy">1</validValue></enum>
    <type name="Code" primitiveType="char"/>
    <composite name="groupSize">
      <type name="blockLength" primitiveType="uint16"/>
      <type name="numInGroup" primitiveType="uint8" offset="7"/>
    </composite>
  </types>
  <x:message name="Second" id="20" description="later"/>
  <x:message name="First" id="3" blockLength="20" semanticType="X">
    <field name="Text" id="1" type="Text"/>
    <field name="Maybe" id="2" type="Maybe" offset="8" sinceVersion="2" deprecated="3"/>
    <field name="Side" id="3" type="Side"/>
    <field name="Now" id="4" type="Maybe" presence="required" offset="10000" misspelt="1"/>
    <group name="G" id="5" dimensionType="groupSize"><field name="A" id="1" type="uint8"/></group>
  </x:message>
</x:messageSchema>`;

describe('a schema that is right', () => {
  const xml = XML.replace(' offset="10000"', '').replace('blockLength="20"', 'blockLength="30"');
  const { schema, warnings } = readSchema(xml);
  const first = schema.messages[0]!;

  test('has its own facts, and messages in the order of their ids', () => {
    expect(schema).toMatchObject({ package: 'p', id: 9, version: 4, byteOrder: 'bigEndian' });
    expect(schema.messages.map(({ name }) => name)).toEqual(['First', 'Second']);
    expect(first).toMatchObject({ blockLength: 30, semanticType: 'X', since: 0 });
    expect(schema.messages[1]).toMatchObject({ blockLength: 0, description: 'later' });
  });

  test('has fields at their offsets, behind one another unless stated', () => {
    expect(first.fields.map(({ offset }) => offset)).toEqual([0, 8, 16, 17]);
    expect(first.fields[1]).toMatchObject({ since: 2, deprecated: 3 });
  });

  test('has the nulls of its types, and presences that fields override', () => {
    expect(first.fields[1]!.type).toMatchObject({ presence: 'optional', nullValue: -(2n ** 63n) });
    expect(first.fields[3]!.type).toMatchObject({ presence: 'required' });
  });

  test('finds types behind their use, and counts of groups at their offsets', () => {
    expect(first.fields[2]!.type).toMatchObject({ kind: 'enum', primitive: 'char' });
    const { dimension } = first.groups[0]!;
    expect(dimension).toMatchObject({ bytes: 8, numInGroup: { offset: 7, max: 254, min: 0 } });
  });

  test('says which attributes have no effect', () => {
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({
      line: 26,
      path: '/messageSchema/message[First]/field[Now]',
    });
    expect(warnings[0]!.detail).toContain('misspelt');
  });

  test('a blockLength of 0 is as long as its fields, a char may be given by its code', () => {
    const other = xml
      .replace('blockLength="30"', 'blockLength="0"')
      .replace(
        '<type name="Code" primitiveType="char"/>',
        '<type name="Code" primitiveType="char" presence="optional" nullValue="0x20"/>',
      );
    const message = readSchema(other).schema.messages[0]!;
    expect(message.blockLength).toBe(25);
    expect(message.fields[2]!.type).toMatchObject({ presence: 'optional', nullValue: 32 });
  });

  test('an offset outside of any block is refused', () => {
    expect(() => readSchema(XML)).toThrow(expect.objectContaining({ code: 'BLOCK_TOO_SMALL' }));
  });
});
