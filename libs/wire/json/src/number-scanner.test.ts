// Goal: digits become numbers exactly, or are refused with the right reason. Method: bigint
// arithmetic as the second opinion, on random and on chosen texts.
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { NumberScanner } from './number-scanner.ts';

const scan = new NumberScanner();
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

function decimal(text: string): string {
  const bytes = new TextEncoder().encode(`"${text}"`);
  const failure = scan.decimal(bytes, 1, bytes.length - 1);
  return failure ?? `${scan.mantissa}e-${scan.digits}`;
}

function u64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const failure = scan.u64(bytes, 0, bytes.length);
  return failure ?? ((BigInt(scan.hi) << 32n) | BigInt(scan.lo)).toString();
}

/** The same, by other means. */
function expected(text: string): string {
  if (text.startsWith('-')) return 'NEGATIVE';
  if (!/^\d+(\.\d+)?$/.test(text)) return 'BAD_FIELD';
  const [whole = '', fraction = ''] = text.split('.');
  const digits = fraction.replace(/0+$/, '');
  const mantissa = BigInt(whole + digits);
  if (mantissa > SAFE) return 'OUT_OF_RANGE';
  return `${mantissa}e-${digits.length}`;
}

describe('decimals', () => {
  test.each([
    ['0.08200000000000000000', '82e-3'],
    ['68145.8', '681458e-1'],
    ['0', '0e-0'],
    ['0.000', '0e-0'],
    ['100', '100e-0'],
    ['9007199254740991', '9007199254740991e-0'],
    ['9007199254740992', 'OUT_OF_RANGE'],
    ['9007199254740993', 'OUT_OF_RANGE'],
    ['0.9007199254740991', '9007199254740991e-16'],
    ['90071992547409.91', '9007199254740991e-2'],
    ['1234567890123456789', 'OUT_OF_RANGE'],
    ['-1', 'NEGATIVE'],
    ['-0', 'NEGATIVE'],
    ['1e5', 'BAD_FIELD'],
    ['1E308', 'BAD_FIELD'],
    ['NaN', 'BAD_FIELD'],
    ['Infinity', 'BAD_FIELD'],
    ['+1', 'BAD_FIELD'],
    ['.5', 'BAD_FIELD'],
    ['5.', 'BAD_FIELD'],
    ['', 'BAD_FIELD'],
    ['1.2.3', 'BAD_FIELD'],
    [' 1', 'BAD_FIELD'],
    ['1,5', 'BAD_FIELD'],
    ['9'.repeat(400), 'OUT_OF_RANGE'],
    [`0.${'0'.repeat(30)}1`, 'OUT_OF_RANGE'],
  ])('%s is %s', (text, result) => {
    expect(decimal(text)).toBe(result);
  });

  test('equal bigint arithmetic on 100,000 texts', () => {
    const random = seededRandom(testSeed());
    const digit = (): string => '0123456789'[Math.floor(random() * 10)] ?? '';
    const digits = (most: number): string =>
      Array.from({ length: 1 + Math.floor(random() * most) }, digit).join('');
    for (let round = 0; round < 100_000; round++) {
      const zeros = '0'.repeat(Math.floor(random() * 4));
      const text = random() < 0.3 ? digits(18) : `${digits(9)}.${digits(9)}${zeros}`;
      if (decimal(text) !== expected(text)) expect(`${text} ${decimal(text)}`).toBe(expected(text));
    }
  });
});

describe('64-bit numbers', () => {
  test.each([
    ['0', '0'],
    ['4294967295', '4294967295'],
    ['4294967296', '4294967296'],
    ['9007199254740993', '9007199254740993'],
    ['11067996711960577', '11067996711960577'],
    ['1729843222921000000', '1729843222921000000'],
    ['18446744073709551615', '18446744073709551615'],
    ['18446744073709551616', 'OUT_OF_RANGE'],
    ['99999999999999999999', 'OUT_OF_RANGE'],
    ['1'.repeat(21), 'OUT_OF_RANGE'],
    ['1'.repeat(20) + 'x', 'BAD_FIELD'],
    ['12a', 'BAD_FIELD'],
    ['-1', 'BAD_FIELD'],
    ['', 'BAD_FIELD'],
  ])('%s is %s', (text, result) => {
    expect(u64(text)).toBe(result);
  });

  test('equal bigint on 50,000 values of every length', () => {
    const random = seededRandom(testSeed());
    for (let round = 0; round < 50_000; round++) {
      const bits = BigInt(1 + Math.floor(random() * 64));
      const high = BigInt(Math.floor(random() * 2 ** 32));
      const value = ((high << 32n) | BigInt(Math.floor(random() * 2 ** 32))) >> (64n - bits);
      const text = value.toString();
      if (u64(text) !== text) expect(u64(text)).toBe(text);
    }
  });

  test('24 hexadecimal digits give their low 64 bits', () => {
    const bytes = new TextEncoder().encode('5c24c5da03aa673885cd67aa');
    expect(scan.hexId(bytes, 0, 24)).toBeUndefined();
    expect((BigInt(scan.hi) << 32n) | BigInt(scan.lo)).toBe(0x03aa673885cd67aan);
    expect(scan.hexId(new TextEncoder().encode('5c24c5da03aa673885cd67ag'), 0, 24)).toBe(
      'BAD_FIELD',
    );
  });
});
