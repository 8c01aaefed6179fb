import type { DatagramCounts } from '@tickwire/io-pcap';
import type { DescribedPayload } from '@tickwire/wire-mdp3';
import { countOf } from '../quantity.ts';
import type { ReplayProblem } from '../replay/replay-process.ts';

const TEMPLATES_SHOWN_MAX = 10;

interface Said {
  readonly key: keyof DatagramCounts;
  readonly noun: string;
  /** What follows the number and the noun. */
  readonly rest: string;
}

/** Frames that hold data which is not shown. */
const LOST: readonly (Said & { readonly code: string })[] = [
  {
    key: 'unsupportedLink',
    code: 'UNSUPPORTED_LINK',
    noun: 'frame',
    rest: ' of another link type',
  },
  { key: 'fragment', code: 'FRAGMENT', noun: 'IP fragment', rest: '' },
  { key: 'cut', code: 'CUT_FRAME', noun: 'frame', rest: ' of which too little was captured' },
  { key: 'badHeader', code: 'BAD_HEADER', noun: 'frame', rest: ' with a damaged header' },
  { key: 'tcpGaps', code: 'TCP_GAP', noun: 'gap', rest: ' in TCP streams' },
];

const PASSED_OVER: readonly Said[] = [
  { key: 'notIp', noun: 'frame', rest: ' without IP' },
  { key: 'notUdpOrTcp', noun: 'packet', rest: ' of neither UDP nor TCP' },
  { key: 'tcpOld', noun: 'TCP segment', rest: ' sent again, or too late' },
];

/** What there was of each kind that there was. */
function countedOf<T extends Said>(kinds: readonly T[], counts: Readonly<DatagramCounts>) {
  const found = kinds.filter(({ key }) => counts[key] > 0);
  return found.map((kind) => ({ kind, text: countOf(counts[kind.key], kind.noun) + kind.rest }));
}

/** What a capture holds besides packets of MDP 3.0, by the end of it. */
export class PacketTally {
  /** By schema and template: messages that nobody knows. */
  readonly #unknown = new Map<string, number>();

  /** Counts the messages of a packet that have no name. */
  count({ packets }: DescribedPayload): void {
    for (const { messages } of packets) {
      for (const { name, schemaId, templateId } of messages) {
        if (name !== null) continue;
        const key = schemaId === 1 ? `${templateId}` : `${templateId} of schema ${schemaId}`;
        this.#unknown.set(key, (this.#unknown.get(key) ?? 0) + 1);
      }
    }
  }

  /** What holds data that was not shown. */
  problems(path: string, counts: Readonly<DatagramCounts>): ReplayProblem[] {
    return countedOf(LOST, counts).map(({ kind, text }) => ({
      source: 'capture',
      code: kind.code,
      message: `${path}: ${text}`,
    }));
  }

  /** What else there was: sentences for a person. */
  notes(path: string, counts: Readonly<DatagramCounts>): string[] {
    const passed = countedOf(PASSED_OVER, counts).map(({ text }) => text);
    return [
      ...(passed.length === 0 ? [] : [`passed over: ${path}: ${passed.join(', ')}`]),
      ...this.#unknownTemplates(path),
    ];
  }

  #unknownTemplates(path: string): string[] {
    if (this.#unknown.size === 0) return [];
    const total = [...this.#unknown.values()].reduce((sum, count) => sum + count, 0);
    const shown = [...this.#unknown].slice(0, TEMPLATES_SHOWN_MAX);
    const list = shown.map(([key, count]) => `${key} (${count})`).join(', ');
    const more = this.#unknown.size > TEMPLATES_SHOWN_MAX ? ', …' : '';
    const what = countOf(total, 'message');
    return [`unknown: ${path}: ${what} of templates that the schema does not have: ${list}${more}`];
  }
}
