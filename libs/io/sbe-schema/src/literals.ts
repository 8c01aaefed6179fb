import { isFloat, isWide, primitiveRange } from '@tickwire/wire-sbe';
import type { Literal, Primitive } from '@tickwire/wire-sbe';
import type { XmlElement } from './xml-element.ts';

const FLOATS: Readonly<Record<string, number>> = {
  nan: NaN,
  inf: Infinity,
  '+inf': Infinity,
  '-inf': -Infinity,
  infinity: Infinity,
  '-infinity': -Infinity,
};

/** A char is written as itself, or as its code in two digits or more, or in hex: `0x00`. */
function charCode(text: string): number {
  if ([...text].length === 1) return text.charCodeAt(0);
  const trimmed = text.trim();
  if (trimmed.length === 1) return trimmed.charCodeAt(0);
  if (/^\d{2,3}$/.test(trimmed) || /^0x[0-9a-f]{1,2}$/i.test(trimmed)) return Number(trimmed);
  return NaN;
}

function floatValue(text: string): number {
  const named = FLOATS[text.toLowerCase()];
  if (named !== undefined) return named;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
}

function integerValue(text: string): bigint | undefined {
  if (text.length > 24) return undefined;
  if (/^[+-]?\d+$/.test(text)) return BigInt(text.replace('+', ''));
  return /^0x[0-9a-f]+$/i.test(text) ? BigInt(text) : undefined;
}

/**
 * Reads a number (or a character) of a primitive type.
 *
 * @param what - What the number is, for the error: `nullValue`.
 * @throws SchemaError `BAD_NUMBER` when it is none or does not fit.
 */
export function readLiteral(
  element: XmlElement,
  primitive: Primitive,
  given: { text: string; what: string },
): Literal {
  const text = given.text.trim();
  const bad = () =>
    element.error(
      'BAD_NUMBER',
      `${given.what} "${given.text.slice(0, 40)}" does not fit ${primitive}`,
    );
  if (primitive === 'char') {
    const code = charCode(given.text);
    if (!(code >= 0 && code <= 0xff)) throw bad();
    return code;
  }
  if (isFloat(primitive)) {
    const value = floatValue(text);
    if (Number.isNaN(value) && text.toLowerCase() !== 'nan') throw bad();
    return primitive === 'float' ? Math.fround(value) : value;
  }
  const value = integerValue(text);
  const { min, max } = primitiveRange(primitive);
  if (value === undefined || value < min || value > max) throw bad();
  return isWide(primitive) ? value : Number(value);
}
