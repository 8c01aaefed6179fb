import { expect, test } from 'vitest';
import { renderPackets } from './render-packets.ts';

const options = { seed: '7', packets: 500, instruments: 50 };

const sequences = ({ bytes, starts }: ReturnType<typeof renderPackets>): number[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return [...starts.subarray(0, -1)].map((start) => view.getUint32(start, true));
};

test('gives so many packets, one behind the other', () => {
  const rendered = renderPackets(options);
  expect(rendered.starts).toHaveLength(501);
  expect(rendered.starts[500]).toBe(rendered.bytes.length);
  expect(sequences(rendered)).toEqual(Array.from({ length: 500 }, (_, at) => at + 1));
  expect(rendered.instruments).toHaveLength(50);
});

test('leaves out what was made to fill the books', () => {
  const rendered = renderPackets({ ...options, warmUpEvents: 1_000 });
  expect(rendered.firstSequence).toBeGreaterThan(500);
  expect(sequences(rendered)[0]).toBe(rendered.firstSequence);
  expect(rendered.events).toBeGreaterThan(500);
});

test('goes on at 0 behind the last sequence of 32 bits', () => {
  const rendered = renderPackets({ ...options, firstSequence: 0xffff_fff0 });
  const found = sequences(rendered);
  expect(found.slice(14, 18)).toEqual([0xffff_fffe, 0xffff_ffff, 0, 1]);
});
