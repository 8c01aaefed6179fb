import type { Block, FieldType, Message, MessageJson, SbeJson } from '@tickwire/wire-sbe';
import { isDecimal } from '../emit/emit-composites.ts';

type JsonObject = { readonly [name: string]: SbeJson };

/**
 * What a message says when its sender has an older version: the same without what came later.
 *
 * @param lengthOf - What is expected as the block length of each group.
 */
export function asOfVersion(
  message: Message,
  json: MessageJson,
  options: { readonly version: number; readonly lengthOf: () => number },
): MessageJson {
  const { version, lengthOf } = options;
  const sent = <T extends { readonly since: number }>(items: readonly T[]): T[] =>
    items.filter(({ since }) => since <= version);

  const value = (type: FieldType, given: SbeJson): SbeJson => {
    if (type.kind !== 'composite' || isDecimal(type) || given === null) return given;
    const members = sent(type.members);
    const object = given as JsonObject;
    return Object.fromEntries(members.map((m) => [m.name, value(m.type, object[m.name]!)]));
  };
  const fields = (block: Block, given: JsonObject): JsonObject =>
    Object.fromEntries(sent(block.fields).map((f) => [f.name, value(f.type, given[f.name]!)]));
  const data = (block: Block, given: JsonObject): JsonObject =>
    Object.fromEntries(sent(block.data).map(({ name }) => [name, given[name]!]));
  const groups = (block: Block, given: JsonObject): [string, JsonObject][] =>
    sent(block.groups).map((group) => {
      const { entries } = given[group.name] as { entries: readonly JsonObject[] };
      const known = entries.map((entry) => ({
        ...fields(group, entry),
        ...Object.fromEntries(groups(group, entry)),
        ...data(group, entry),
      }));
      return [group.name, { name: group.name, blockLength: lengthOf(), entries: known }];
    });

  const byName = Object.fromEntries(json.groups.map((group) => [group.name, { ...group }]));
  return {
    ...json,
    version,
    fields: fields(message, json.fields),
    groups: groups(message, byName).map(([, group]) => group as MessageJson['groups'][number]),
    ...(json.data === undefined ? {} : { data: data(message, json.data) }),
  };
}
