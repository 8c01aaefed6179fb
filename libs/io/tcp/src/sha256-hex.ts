import { createHash } from 'node:crypto';

/** Lower-case hex of the SHA-256 of a text in UTF-8. */
export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
