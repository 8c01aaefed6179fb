/** What a proof found, said as it goes and counted to the end. */
import { isBalanced } from '../checked-ticks.ts';
import type { ProofReaderResult } from '../proof-reader.ts';

export class Verdict {
  failures = 0;

  check(holds: boolean, sentence: string): void {
    if (!holds) this.failures += 1;
    console.log(`${holds ? 'held  ' : 'FAILED'} ${sentence}`);
  }

  note(sentence: string): void {
    console.log(`       ${sentence}`);
  }

  /** No tick torn, every position accounted for, the last tick read. */
  checkReader(who: string, result: ProofReaderResult): void {
    const { account, closed, broken, disorder, verified, gaps, gapTicks } = result;
    const explained = isBalanced(account) && account.inFlight === 0 && closed.unbalanced === 0;
    const reported = gapTicks === account.lost + closed.lost && closed.unread === 0;
    this.check(
      broken === 0 && disorder === 0 && explained && reported,
      `${who}: ${verified} ticks verified, torn ${broken}, unreported ${disorder}, padded ` +
        `${account.padded}, lost ${gapTicks} in ${gaps} gaps, accounts ${explained && reported}`,
    );
  }
}
