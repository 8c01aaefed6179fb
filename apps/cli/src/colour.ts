/** Colours by meaning, so that a table never speaks of escape codes. */
export interface Paint {
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
  strong(text: string): string;
  accent(text: string): string;
}

const wrap =
  (code: string) =>
  (text: string): string =>
    `\u001b[${code}m${text}\u001b[0m`;

const plain = (text: string): string => text;

const coloured: Paint = {
  good: wrap('32'),
  warn: wrap('33'),
  bad: wrap('31'),
  dim: wrap('2'),
  strong: wrap('1'),
  accent: wrap('36'),
};

const uncoloured: Paint = {
  good: plain,
  warn: plain,
  bad: plain,
  dim: plain,
  strong: plain,
  accent: plain,
};

export function paintFor(hasColour: boolean): Paint {
  return hasColour ? coloured : uncoloured;
}

const ESCAPE = String.fromCharCode(27);
const SEQUENCE = new RegExp(`${ESCAPE}\\[[0-9;?]*[A-Za-z]`, 'g');

/** The text without escape sequences: what counts for its width. */
export function withoutColour(text: string): string {
  return text.replace(SEQUENCE, '');
}
