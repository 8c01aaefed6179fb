/** Whether `expected` stands at `start` of `bytes`; the caller knows that it fits. */
export function standsAt(expected: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let at = 0; at < expected.length; at++) {
    if (bytes[start + at] !== expected[at]) return false;
  }
  return true;
}
