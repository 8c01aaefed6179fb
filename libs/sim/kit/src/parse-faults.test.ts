// The grammar of faults: what it comes to, and errors that point at the very character.
import { describe, expect, test } from 'vitest';
import { faultHelp } from './fault-catalogue.ts';
import type { FaultCatalogue } from './fault-catalogue.ts';
import { NO_FAULTS } from './fault-plan.ts';
import { parseFaultSpec } from './parse-faults.ts';

const CATALOGUE: FaultCatalogue = {
  faults: ['drop', 'delay', 'cut', 'freeze', 'chop'],
  topics: ['book', 'trades'],
};

describe('the fault specification', () => {
  test('comes to rules, for the first topic unless another is named', () => {
    const spec = 'drop=0.1, delay.trades=.5:30ms,cut=after:1s,freeze=every:2s/for:1s,chop=3';
    expect(parseFaultSpec(spec, CATALOGUE)).toEqual({
      message: [
        { fault: 'drop', topicKind: 0, probability: 0.1 },
        { fault: 'delay', topicKind: 1, probability: 0.5, delayMs: 30 },
      ],
      connection: [
        { fault: 'cut', afterMs: 1_000, repeats: false, forMs: undefined },
        { fault: 'freeze', afterMs: 2_000, repeats: true, forMs: 1_000 },
      ],
      rest: [],
      slowAckMs: 0,
      chopBytes: 3,
    });
    expect(parseFaultSpec(' , ', CATALOGUE)).toEqual(NO_FAULTS);
  });

  test.each([
    ['drop=0.1,drop', 10, 'expected name=value'],
    ['drop=0.1, dropp=1', 11, 'there is no fault dropp; known are drop, delay'],
    ['dup=0.1', 1, 'there is no fault dup'],
    ['drop.quotes=1', 6, 'there is no topic quotes; known are book, trades'],
    ['cut.book=after:1s', 5, 'takes no topic'],
    ['drop=1.5', 6, 'the odds must be 0 … 1'],
    ['delay=0.5:3', 11, 'a duration is an integer'],
    ['delay=0.5', 7, 'expected odds:duration'],
    ['freeze=every:0s', 14, 'a repeated fault needs time between'],
    ['freeze=every:1s/for:x', 21, 'a duration is an integer'],
    ['cut=after:1s/for:1s', 13, 'only freeze takes /for:'],
    ['chop=0', 6, 'a count of bytes'],
  ])('%s is refused at column %i', (spec, column, detail) => {
    expect(() => parseFaultSpec(spec, CATALOGUE)).toThrow(`column ${column}: ${detail}`);
    expect(() => parseFaultSpec(spec, CATALOGUE)).toThrow(
      expect.objectContaining({ code: 'BAD_FAULT' }),
    );
  });

  test('the help text names what a simulator knows, and nothing else', () => {
    const help = faultHelp(CATALOGUE);
    for (const fault of CATALOGUE.faults) expect(help).toContain(`  ${fault}`);
    expect(help).toContain('TOPIC  book, trades; book when none is named');
    expect(help).not.toContain('stall-rest');
  });
});
