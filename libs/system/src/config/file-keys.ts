/** The members of a configuration file as keys. */
import { CONFIG_KEYS, findConfigKey } from './config-keys.ts';
import type { JsonMember, JsonNode } from './json-text.ts';
import { nearest } from './nearest-name.ts';

export interface FileKey {
  /** `bus.port` */
  readonly path: string;
  readonly node: JsonNode;
  /** It is none, or it stands twice. */
  readonly problem?: string;
}

const paths = CONFIG_KEYS.map((key) => key.path);
const sections = new Set(paths.flatMap((path) => (path.includes('.') ? path.split('.')[0]! : [])));

export function fileKeys(members: readonly JsonMember[]): FileKey[] {
  return members.flatMap((member): FileKey[] => {
    const { name, node } = member;
    if (name === '$schema' && isText(node)) return [];
    if (!sections.has(name)) return [keyOf(name, { member, beside: members })];
    if (node.members === undefined) {
      const inside = paths.filter((path) => path.startsWith(`${name}.`)).join(', ');
      return [
        { path: name, node, problem: `${name} is a section: {"${name}": {…}}, of ${inside}` },
      ];
    }
    const beside = node.members;
    const keys = beside.map((inner) => keyOf(`${name}.${inner.name}`, { member: inner, beside }));
    const first = members.find((other) => other.name === name);
    if (first === member || first === undefined) return keys;
    return [...keys, { path: name, node, problem: twice(name, first.node) }];
  });
}

interface Standing {
  readonly member: JsonMember;
  /** In the same section, itself included. */
  readonly beside: readonly JsonMember[];
}

function keyOf(path: string, { member, beside }: Standing): FileKey {
  const { name, node } = member;
  const isKnown = findConfigKey(path) !== undefined && !name.includes('.');
  const first = beside.find((other) => other.name === name);
  if (isKnown && first !== undefined && first !== member) {
    return { path, node, problem: twice(path, first.node) };
  }
  if (isKnown) return { path, node };
  const [section, leaf] = path.split('.');
  if (findConfigKey(path) !== undefined) {
    const problem = `"${path}" is written {"${section}": {"${leaf}": …}}`;
    return { path: '', node, problem };
  }
  const close = nearest(path, [...paths, ...sections, '$schema']);
  const hint = close === undefined ? '' : `; did you mean ${close}?`;
  return { path: '', node, problem: `${shortened(path)} is unknown${hint}` };
}

const isText = (node: JsonNode): boolean => typeof node.value === 'string';
const twice = (path: string, first: JsonNode): string =>
  `${path} stands twice, also in line ${first.line}`;
const shortened = (path: string): string => (path.length > 80 ? `${path.slice(0, 80)}…` : path);
