/** The same bytes as 32-bit words, made once for each view. */
const known = new WeakMap<DataView, Int32Array>();

/** `undefined` where the bytes do not start at a multiple of 4 of their buffer. */
export function wordsOf(view: DataView): Int32Array | undefined {
  if (view.byteOffset % 4 !== 0) return undefined;
  const found = known.get(view);
  if (found !== undefined) return found;
  const words = new Int32Array(view.buffer, view.byteOffset, view.byteLength >>> 2);
  known.set(view, words);
  return words;
}
