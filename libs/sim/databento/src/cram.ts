import { createHash } from 'node:crypto';

/** Characters of a key behind which the vendor finds it: its last ones. */
const BUCKET_CHARACTERS = 5;

/** What a client that has `key` answers to a challenge: `sha256("challenge|key")-<bucket>`. */
export function challengeAnswer(challenge: string, { key }: { readonly key: string }): string {
  const hash = createHash('sha256').update(`${challenge}|${key}`).digest('hex');
  return `${hash}-${key.slice(-BUCKET_CHARACTERS)}`;
}
