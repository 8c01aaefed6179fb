/**
 * Plans of 50,000 symbols for 2 … 64 partitions, with equal loads and with loads by Zipf's law.
 * What must hold: the heaviest partition is at most 10 % above the mean, or above the heaviest
 * symbol where that alone is more than the mean; one partition more moves at most 1.5/n of equal
 * symbols; processes that are given the symbols in other orders make the same plan.
 *
 *   npm run prove -- partition     seed: TICKWIRE_SEED
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { testSeed } from '@tickwire/testing';
import { PartitionPlan, planMoves } from '../src/index.ts';
import { prefixOf, zipfMarket } from './markets.ts';

const EXPONENTS = [0, 0.8, 1, 1.2];
const PARTITIONS_MAX = 64;
const UNEVEN_MAX = 1.1;
const MOVED_MAX = 1.5;

interface Row {
  readonly count: number;
  readonly maxOverMean: number;
  /** Heaviest partition by the heaviest symbol, where that is more than the mean. */
  readonly maxOverLeast: number;
  /** Moved by one partition more, times the partitions before: 1 is what must move, nearly. */
  readonly moved: number;
  readonly loadMoved: number;
}

const seed = testSeed();
console.log(
  `seed ${seed}, 50,000 symbols; moved: share × n when n becomes n + 1, by count, by load`,
);
const tables = EXPONENTS.map((exponent) => tableOf(exponent));
printTables();
for (const [at, exponent] of EXPONENTS.entries()) judge(exponent, tables[at] ?? []);
judgeProcesses();

function tableOf(exponent: number): Row[] {
  const symbols = zipfMarket(exponent, prefixOf(seed));
  const heaviest = symbols[0]?.weight ?? 0;
  const rows: Row[] = [];
  let plan = new PartitionPlan(symbols, { count: 2 });
  for (let count = 2; count <= PARTITIONS_MAX; count++) {
    const next = new PartitionPlan(symbols, { count: count + 1 });
    const { share, loadShare } = planMoves(plan, next);
    const { loadMax, loadMean, maxOverMean } = plan.balance;
    const maxOverLeast = loadMax / Math.max(loadMean, heaviest);
    rows.push({
      count,
      maxOverMean,
      maxOverLeast,
      moved: share * count,
      loadMoved: loadShare * count,
    });
    plan = next;
  }
  return rows;
}

function printTables(): void {
  const heads = EXPONENTS.map((one) => (one === 0 ? 'equal loads' : `Zipf ${one}`).padEnd(26));
  console.log(`  n  ${heads.join('')}`);
  console.log(`     ${EXPONENTS.map(() => 'max/mean  moved  by load   ').join('')}`);
  for (let count = 2; count <= PARTITIONS_MAX; count++) {
    const cells = tables.map((rows) => {
      const { maxOverMean = 0, moved = 0, loadMoved = 0 } = rows[count - 2] ?? {};
      return `${text(maxOverMean, 8)}  ${text(moved, 5)}  ${text(loadMoved, 7)}   `;
    });
    console.log(`${String(count).padStart(3)}  ${cells.join('')}`);
  }
}

function judge(exponent: number, rows: readonly Row[]): void {
  const name = exponent === 0 ? 'equal loads' : `Zipf ${exponent}`;
  const worst = Math.max(...rows.map((row) => row.maxOverLeast));
  const moved = rows.map((row) => row.moved);
  const movedMax = Math.max(...moved);
  const movedMean = moved.reduce((sum, one) => sum + one, 0) / moved.length;
  const loadMovedMax = Math.max(...rows.map((row) => row.loadMoved));
  say(
    worst <= UNEVEN_MAX,
    `${name}: heaviest partition / max(mean, heaviest symbol) ${text(worst)}`,
  );
  const what =
    `${name}: moved ${text(movedMean)}/n of the symbols on average, ${text(movedMax)}/n at most, ` +
    `${text(loadMovedMax)}/n of the load at most`;
  if (exponent === 0) say(movedMax <= MOVED_MAX, what);
  else console.log(`       ${what} (nothing asked)`);
}

function judgeProcesses(): void {
  for (const [exponent, count] of [
    [0, 16],
    [1, 64],
  ] as const) {
    const digests = [1, 2, 3].map((order) => {
      const values = [seed, exponent, count, order].map(String);
      return execFileSync(
        process.execPath,
        [join(import.meta.dirname, 'plan-digest.ts'), ...values],
        {
          encoding: 'utf8',
        },
      ).trim();
    });
    const same = new Set(digests).size === 1;
    say(same, `three processes, three orders, ${count} partitions: ${digests[0]?.slice(0, 16)}`);
  }
}

function say(holds: boolean, what: string): void {
  console.log(`${holds ? 'held  ' : 'FAILED'} ${what}`);
  if (!holds) process.exitCode = 1;
}

function text(value: number, width = 0): string {
  return value.toFixed(3).padStart(width);
}
