/**
 * Order of the keys in a message. JSON gives it no meaning and the venue has changed it, so a
 * client must not rely on it; `shuffled` finds out the ones that do.
 */
export type KeyOrder = 'documented' | 'shuffled';

/**
 * Joins fields (`"key":value`) to an object's text.
 *
 * @param key - Decides the order when shuffled: the same key gives the same order, so a stream
 *   does not depend on who was listening when.
 */
export function joinFields(fields: string[], order: KeyOrder, key: number): string {
  if (order === 'shuffled') shuffle(fields, key);
  return `{${fields.join(',')}}`;
}

function shuffle(fields: string[], key: number): void {
  let state = Math.imul((key % 2 ** 32) | 0, 0x9e3779b1);
  for (let i = fields.length - 1; i > 0; i -= 1) {
    state = Math.imul(state ^ (state >>> 15), 0x85ebca6b);
    const other = ((state >>> 8) % (i + 1)) | 0;
    const kept = fields[i] ?? '';
    fields[i] = fields[other] ?? '';
    fields[other] = kept;
  }
}
