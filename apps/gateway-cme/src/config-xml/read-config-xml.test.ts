// Goal: a config.xml in CME's form gives every channel with its lines, and one that cannot be used
// says why and where. Files of ours in that form; each mistake is one changed piece of a good one.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@tickwire/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigXmlError } from './errors.ts';
import { parseConfigXml, readConfigXml } from './read-config-xml.ts';

const CONFIG = `<?xml version="1.0" encoding="UTF-8"?>
<configuration environment="Test" updated="2026/11/27-10:00:00">
  <channel id="310" label="Equity Futures">
    <products>
      <product code="0ES"><group code="ES"/></product>
      <product code="0NQ"><group code="NQ"/></product>
    </products>
    <connections>
      <connection id="310H0A">
        <type feed-type="H">Historical Replay</type>
        <protocol>TCP/IP</protocol>
        <host-ip>10.0.0.1</host-ip>
        <host-ip>10.0.0.2</host-ip>
        <port>10000</port>
        <feed>A</feed>
      </connection>
      <connection id="310IA">
        <type feed-type="I">Incremental</type>
        <protocol>UDP/IP</protocol>
        <ip>224.0.31.1</ip>
        <host-ip>10.0.0.3</host-ip>
        <port>14310</port>
        <feed>A</feed>
      </connection>
      <connection id="310SMBOB">
        <type feed-type="SMBO">Snapshot MBO</type>
        <protocol> UDP/IP </protocol>
        <ip>224.0.32.23</ip>
        <port>22310</port>
        <feed>B</feed>
      </connection>
    </connections>
  </channel>
  <channel id="382" label="NYMEX">
    <products/>
    <connections/>
  </channel>
</configuration>`;

const lineOf = (piece: string): number => CONFIG.slice(0, CONFIG.indexOf(piece)).split('\n').length;

function errorOf(run: () => unknown): ConfigXmlError {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigXmlError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
}

test('gives channels with their products, lines and replay services', () => {
  const { environment, updated, channels, passedOver } = parseConfigXml(CONFIG);
  expect([environment, updated, passedOver]).toEqual(['Test', '2026/11/27-10:00:00', []]);
  expect([...channels.keys()]).toEqual([310, 382]);
  expect(channels.get(310)).toEqual({
    ...{ id: 310, label: 'Equity Futures', products: ['0ES', '0NQ'] },
    lines: [
      {
        ...{ id: '310IA', feedType: 'I', feed: 'A', port: 14_310, group: '224.0.31.1' },
        hosts: ['10.0.0.3'],
      },
      {
        id: '310SMBOB',
        feedType: 'SMBO',
        feed: 'B',
        port: 22_310,
        group: '224.0.32.23',
        hosts: [],
      },
    ],
    replayServices: [
      { id: '310H0A', feedType: 'H', feed: 'A', port: 10_000, hosts: ['10.0.0.1', '10.0.0.2'] },
    ],
  });
});

test('passes over kinds of feeds that are not known, and says which', () => {
  const { channels, passedOver } = parseConfigXml(CONFIG.replace('"SMBO"', '"X"'));
  expect(channels.get(310)?.lines.map(({ id }) => id)).toEqual(['310IA']);
  expect(passedOver).toEqual([
    `310SMBOB (line ${lineOf('<connection id="310SMBOB">')}): feed-type X`,
  ]);
});

describe('says what is wrong, in which line:', () => {
  const connection = (id: string): number => lineOf(`<connection id="${id}">`);
  test.each([
    ['no feed', '<feed>A</feed>', '', 'MISSING', connection('310H0A')],
    ['a feed C', '<feed>B</feed>', '<feed>C</feed>', 'BAD_VALUE', connection('310SMBOB')],
    ['no port', '<port>14310</port>', '<port/>', 'MISSING', connection('310IA')],
    [
      'two ports',
      '<port>14310</port>',
      '<port>1</port><port>2</port>',
      'DUPLICATE',
      lineOf('14310'),
    ],
    ['port 0', '>14310<', '>0<', 'BAD_VALUE', connection('310IA')],
    ['port 65536', '>14310<', '>65536<', 'BAD_VALUE', connection('310IA')],
    ['a port of letters', '>14310<', '>1e3<', 'BAD_VALUE', connection('310IA')],
    ['no group', '<ip>224.0.31.1</ip>', '', 'MISSING', connection('310IA')],
    ['a group that is none', '>224.0.31.1<', '>10.1.1.1<', 'BAD_VALUE', connection('310IA')],
    ['a host that is none', '>10.0.0.2<', '>10.0.0.256<', 'BAD_VALUE', lineOf('>10.0.0.2<')],
    ['multicast over TCP', '> UDP/IP <', '>TCP/IP<', 'BAD_VALUE', connection('310SMBOB')],
    ['replay over UDP', '>TCP/IP<', '>UDP/IP<', 'BAD_VALUE', connection('310H0A')],
    ['no type', '<type feed-type="I">Incremental</type>', '', 'MISSING', connection('310IA')],
    ['a connection twice', '"310SMBOB"', '"310IA"', 'DUPLICATE', connection('310SMBOB')],
    ['a channel twice', '"382"', '"310"', 'DUPLICATE', lineOf('"382"')],
    ['a channel without id', ' id="382"', '', 'MISSING', lineOf('"382"')],
    ['a channel of letters', '"382"', '"3A2"', 'BAD_VALUE', lineOf('"382"')],
  ])('%s', (_, piece, instead, code, line) => {
    expect(CONFIG).toContain(piece);
    const error = errorOf(() => parseConfigXml(CONFIG.replace(piece, instead)));
    expect({ code: error.code, line: error.line }).toEqual({ code, line });
    expect(error.hint).toMatch(/^\w.{9}/);
  });

  test('a replay service without hosts', () => {
    const text = CONFIG.replace(/<host-ip>10\.0\.0\.[12]<\/host-ip>/g, '');
    expect(errorOf(() => parseConfigXml(text))).toMatchObject({ code: 'MISSING' });
  });

  test('another document, no channel, an empty file', () => {
    const codes = ['<messageSchema/>', '<configuration/>', '', 'config'].map(
      (text) => errorOf(() => parseConfigXml(text)).code,
    );
    expect(codes).toEqual(['NOT_A_CONFIG', 'MISSING', 'BAD_XML', 'BAD_XML']);
  });
});

describe('a hostile file', () => {
  test('with entities is refused before any is read', () => {
    const bomb = '<!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>';
    const text = CONFIG.replace('<configuration', `${bomb}<configuration`);
    expect(errorOf(() => parseConfigXml(text)).code).toBe('HOSTILE_XML');
  });

  test('too large, too deep, or with too many elements is refused', () => {
    const deep = '<a>'.repeat(200) + '</a>'.repeat(200);
    const many = '<p/>'.repeat(300_000);
    const texts = [
      `${CONFIG}${' '.repeat(9 * 2 ** 20)}`,
      deep,
      `<configuration>${many}</configuration>`,
    ];
    expect(texts.map((text) => errorOf(() => parseConfigXml(text)).code)).toEqual(
      Array(3).fill('TOO_LARGE'),
    );
  });

  test('cut or changed anywhere gives a config or an error of ours, nothing else', () => {
    const place = fc.nat(CONFIG.length - 1);
    fc.assert(
      fc.property(
        place,
        fc.nat(3),
        fc.string({ maxLength: 8, unit: 'binary' }),
        (at, cut, piece) => {
          const text = CONFIG.slice(0, at) + piece + CONFIG.slice(at + cut * 7);
          try {
            parseConfigXml(text);
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigXmlError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('that is no file, or cannot be read, says so', () => {
    const folder = temporaryDirectory();
    const path = join(folder, 'config.xml');
    writeFileSync(path, CONFIG);
    expect(readConfigXml(path).channels.size).toBe(2);
    expect(errorOf(() => readConfigXml(join(folder, 'none.xml'))).code).toBe('UNREADABLE');
    expect(errorOf(() => readConfigXml(folder)).code).toBe('UNREADABLE');
    writeFileSync(path, Buffer.alloc(9 * 2 ** 20));
    expect(errorOf(() => readConfigXml(path)).code).toBe('TOO_LARGE');
  });
});
