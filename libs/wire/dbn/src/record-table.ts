import { RECORD_LAYOUTS, TS_OUT_BYTES, WORD_BYTES } from './layouts/index.ts';
import type { RecordLayout } from './layouts/index.ts';

const RTYPES = 256;
const WORDS = 256;

/**
 * Which layout a record has, by the two bytes that it begins with. Within an rtype every layout has
 * another size, with `ts_out` and without, so the two suffice even where the version is not known.
 */
export class RecordTable {
  /** By rtype: 1 + its place among those that are known, 0 for others. */
  readonly #places = new Uint8Array(RTYPES);
  /** By place and length in words: 1 + the index of the layout, 0 where there is none. */
  readonly #codes: Uint8Array;

  /** @param version - Of DBN, 1 to 3; `undefined` knows the layouts of all of them. */
  constructor(version?: number) {
    const layouts = RECORD_LAYOUTS.filter(({ versions: [first, last] }) => {
      return version === undefined || (version >= first && version <= last);
    });
    const rtypes = new Set(layouts.flatMap((layout) => layout.rtypes));
    this.#codes = new Uint8Array((rtypes.size + 1) * WORDS);
    [...rtypes].forEach((rtype, index) => (this.#places[rtype] = index + 1));
    for (const layout of layouts) {
      for (const rtype of layout.rtypes) {
        for (const bytes of [layout.bytes, layout.bytes + TS_OUT_BYTES]) {
          const at = this.#places[rtype]! * WORDS + bytes / WORD_BYTES;
          this.#codes[at] = RECORD_LAYOUTS.indexOf(layout) + 1;
        }
      }
    }
  }

  /** @returns `undefined` when no record of that rtype has that length. */
  layoutOf(rtype: number, words: number): RecordLayout | undefined {
    const code = this.#codes[this.#places[rtype]! * WORDS + words]!;
    return code === 0 ? undefined : RECORD_LAYOUTS[code - 1];
  }

  isKnown(rtype: number): boolean {
    return this.#places[rtype] !== 0;
  }
}

/** The layout of an rtype in a version of DBN; `undefined` when that version has none. */
export function layoutIn(version: number, rtype: number): RecordLayout | undefined {
  return RECORD_LAYOUTS.find(({ rtypes, versions: [first, last] }) => {
    return rtypes.includes(rtype) && version >= first && version <= last;
  });
}
