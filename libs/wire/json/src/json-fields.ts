import { assert } from '@tickwire/core';

/** Printable ASCII without the quote, the backslash and the point that separates the parts. */
const PATH = /^[ !#-\-/-[\]-~]+(\.[ !#-\-/-[\]-~]+)*$/;

/**
 * The fields that a reader of JSON wants, as dotted paths of keys: `type`, `data`, `data.symbol`.
 * A field's place in this list is its slot in `JsonIndex` and `JsonReader`.
 *
 * Keys are printable ASCII without quote, backslash and point, so that whoever escapes them is
 * understood as well. The objects on the way to a field need not be in the list.
 *
 * @throws TickwireError `BROKEN_INVARIANT` when a path is no such path, or is given twice.
 */
export class JsonFields<Name extends string = string> {
  readonly names: readonly Name[];

  constructor(names: readonly Name[]) {
    for (const name of names) assert(PATH.test(name), `${JSON.stringify(name)} is no path of keys`);
    assert(new Set(names).size === names.length, 'a field is given twice');
    this.names = [...names];
  }

  get count(): number {
    return this.names.length;
  }

  /** The number of a field's slot. Resolve once, not per message. */
  slotOf(name: Name): number {
    return this.names.indexOf(name);
  }

  /** The field of a slot; `message` when it is none of the list. */
  nameOf(slot: number): string {
    return this.names[slot] ?? 'message';
  }
}
