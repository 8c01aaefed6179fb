/**
 * The wanted fields as a tree: each object that holds some of them, each with its keys. It belongs
 * to one index, which remembers in it which key came behind which.
 */
import { KeyTable } from './key-table.ts';

/** `declare`: see `JsonIndex`. */
export class WantedKey {
  declare readonly bytes: Uint8Array;
  /** Where the value's place is noted; −1 of what stands before the first key of an object. */
  declare readonly slot: number;
  /** What is wanted of the value if it is an object. */
  readonly object: WantedObject | undefined;
  /** The wanted key that came next last time. */
  next: WantedKey | undefined = undefined;

  constructor(bytes: Uint8Array, slot: number, object: WantedObject | undefined) {
    this.bytes = bytes;
    this.slot = slot;
    this.object = object;
  }
}

export class WantedObject {
  /** Stands before the first key. */
  readonly start = new WantedKey(new Uint8Array(0), -1, undefined);
  /** Slots of all that is wanted in it, at any depth. */
  readonly slots: readonly number[];
  readonly #keys: readonly WantedKey[];
  readonly #table: KeyTable;

  /** @param path - Of the object with a point behind it; empty of the message itself. */
  constructor(paths: readonly string[], path = '') {
    const inside = paths.filter((name) => name.startsWith(path));
    this.slots = inside.map((name) => paths.indexOf(name));
    const own = inside.filter((name) => !name.includes('.', path.length));
    this.#table = new KeyTable(own.map((name) => name.slice(path.length)));
    this.#keys = own.map((name, number) => {
      const isObject = inside.some((other) => other.startsWith(`${name}.`));
      const object = isObject ? new WantedObject(paths, `${name}.`) : undefined;
      return new WantedKey(this.#table.bytes[number] as Uint8Array, paths.indexOf(name), object);
    });
  }

  /** The wanted key of `length` bytes at `start`. */
  find(bytes: Uint8Array, start: number, length: number): WantedKey | undefined {
    const number = this.#table.find(bytes, start, length);
    return number < 0 ? undefined : this.#keys[number];
  }
}

/** The paths in their order, behind them the objects on the way that are not among them. */
export function withObjectsOnTheWay(paths: readonly string[]): string[] {
  const onTheWay = paths.flatMap((path) => {
    const parts = path.split('.');
    return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('.'));
  });
  return [...new Set([...paths, ...onTheWay])];
}
