import { describe, expect, test } from 'vitest';
import { Screen, textOf } from './screen.ts';
import { renderSvg } from './svg.ts';

const ESCAPE = String.fromCharCode(27);

describe('the picture of a terminal', () => {
  test('shows what is on the screen after it was drawn over', () => {
    const screen = new Screen();
    const frames: string[][] = [];
    const onErased = (rows: Parameters<typeof renderSvg>[0]): void =>
      void frames.push(rows.map(textOf));
    screen.write(`one\ntwo longer\n${ESCAPE}[J`, onErased);
    screen.write(`${ESCAPE}[2A\r1${ESCAPE}[K\n2${ESCAPE}[K\n${ESCAPE}[J`, onErased);
    expect(frames).toEqual([
      ['one', 'two longer', ''],
      ['1', '2', ''],
    ]);
  });

  test('keeps text as text, escaped, coloured and at its column', () => {
    const screen = new Screen();
    let svg = '';
    const text = `a <b>  ${ESCAPE}[32m● ok${ESCAPE}[0m\n${ESCAPE}[J`;
    screen.write(text, (rows) => (svg = renderSvg(rows, { columns: 20, title: 'x & "y"' })));
    expect(svg).toContain('<title>x &amp; &quot;y&quot;</title>');
    expect(svg).toContain('>a &lt;b&gt;</tspan>');
    // Column 7, 8.4 wide, after a margin of 18.
    expect(svg).toContain('<tspan x="76.8" fill="#3fb950">● ok</tspan>');
  });
});
