import type { TextForm } from './config-keys.ts';

/** A value written as text, in a variable or an option; `undefined`: it is none of that form. */
export function parseText(text: string, form: TextForm): unknown {
  switch (form) {
    case 'text':
      return text;
    case 'number':
      return numberOf(text);
    case 'flag':
      return flagOf(text);
    case 'list':
      return itemsOf(text);
    case 'numbers': {
      const numbers = itemsOf(text).map(numberOf);
      return numbers.includes(undefined) ? undefined : numbers;
    }
  }
}

function numberOf(text: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function flagOf(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (['1', 'true', 'yes'].includes(word)) return true;
  return ['0', 'false', 'no'].includes(word) ? false : undefined;
}

const itemsOf = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
