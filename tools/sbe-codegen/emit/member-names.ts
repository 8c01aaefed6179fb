import { accessorName, className } from '@tickwire/io-sbe-schema';

/** Members that every class of its kind has: a field of such a name gets an underscore. */
const OWN_MEMBERS = new Set([
  ...['wrap', 'wrapAfter', 'toJson', 'end', 'actingVersion', 'next', 'count', 'index', 'finish'],
  'finishAs',
  ...Object.getOwnPropertyNames(Object.prototype),
]);

/** The accessor of a field, group or data: in the same way in every class. */
export function memberName(name: string): string {
  const accessor = accessorName(name);
  return OWN_MEMBERS.has(accessor) ? `${accessor}_` : accessor;
}

/** `Price` → `setPrice`, with a suffix `setPriceWords`. */
export function setterName(name: string): string {
  return `set${className(name)}`;
}

/**
 * The names of one class. What is derived of a field (`priceHi32`) gives way to a field that has
 * that name, by an underscore; so do setters to groups, and what is derived of a setter to both.
 */
export class ClassMembers {
  readonly #taken: Set<string>;
  readonly #setters = new Map<string, string>();

  /** @param names - Names of fields, groups and data in the schema. */
  constructor(names: readonly string[]) {
    this.#taken = new Set([...OWN_MEMBERS, ...names.map(memberName)]);
    for (const name of names) this.#setters.set(name, this.derived(setterName(name)));
  }

  derived(name: string): string {
    let free = name;
    while (this.#taken.has(free)) free += '_';
    this.#taken.add(free);
    return free;
  }

  /** The setter of a field of the schema. */
  setter(name: string): string {
    return this.#setters.get(name) ?? setterName(name);
  }
}

/** Names that generated code uses itself: a type or message of such a name gets an underscore. */
const USED_NAMES = new Set([
  ...['Array', 'DataView', 'Number', 'Object', 'String', 'Uint8Array'],
  ...['GroupLayout', 'MessageEntry', 'MessageJson', 'MessageLayout', 'MessageRegistry', 'SbeJson'],
  'StatedHeader',
  ...['Composite', 'Block', 'Group', 'Message', 'Header'],
]);

/** Class of a message, a group or a type, without what says Decoder or Encoder. */
export function codeName(name: string): string {
  const own = className(name);
  return USED_NAMES.has(own) ? `${own}_` : own;
}

/** `Outer.Inner` → `Outer_Inner`: no class name has an underscore of its own. */
export function typeClass(name: string): string {
  return name.split('.').map(codeName).join('_');
}
