import type { TextForm } from './config-keys.ts';

export type ParsedText =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly expected: string };

/** A value written as text, as environments do. */
export function parseText(text: string, form: TextForm): ParsedText {
  switch (form) {
    case 'text':
      return { ok: true, value: text };
    case 'number':
      return numberOf(text);
    case 'flag':
      return flagOf(text);
    case 'list':
      return { ok: true, value: itemsOf(text) };
    case 'numbers': {
      const numbers = itemsOf(text).map(numberOf);
      const values = numbers.flatMap((one) => (one.ok ? [one.value] : []));
      return values.length === numbers.length
        ? { ok: true, value: values }
        : { ok: false, expected: 'numbers separated by commas' };
    }
  }
}

function numberOf(text: string): ParsedText {
  return /^-?\d+(\.\d+)?$/.test(text)
    ? { ok: true, value: Number(text) }
    : { ok: false, expected: 'a number' };
}

function flagOf(text: string): ParsedText {
  const word = text.toLowerCase();
  if (['1', 'true', 'yes'].includes(word)) return { ok: true, value: true };
  if (['0', 'false', 'no'].includes(word)) return { ok: true, value: false };
  return { ok: false, expected: 'true or false' };
}

const itemsOf = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
