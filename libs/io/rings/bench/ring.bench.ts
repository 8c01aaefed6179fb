// `npm run bench -- ring`: the ring beside the same protocol in C++ and beside its peers.
//
//   --only NAME,…      throughput, floors, latency, peers, fan, readers; all by default
//   --quick            fewer runs of fewer ticks, one to two minutes
//   --runs N           runs of each side, 11 by default
//   --json FILE        where the results go; a temporary file by default
//   --from FILE        measures nothing, takes these results
//   --write-docs       puts the results into docs/performance.md
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '@tickwire/testing';
import { judge, verdictLine } from './harness/acceptance.ts';
import { replaceGenerated } from './harness/document.ts';
import { machineLine, ringReport } from './harness/report.ts';
import type { Results } from './harness/results.ts';
import { SECTIONS, measureAll } from './sections/measure-all.ts';
import type { SectionName } from './sections/measure-all.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    runs: { type: 'string' },
    json: { type: 'string' },
    from: { type: 'string' },
    'write-docs': { type: 'boolean', default: false },
  },
});

/** @throws Error that lists the names when one is unknown. */
function sectionsOf(text: string | undefined): readonly SectionName[] {
  if (text === undefined) return SECTIONS;
  const names = text.split(',');
  const chosen = SECTIONS.filter((name) => names.includes(name));
  if (chosen.length !== names.length) {
    throw new Error(`--only ${text}: give some of ${SECTIONS.join(', ')}`);
  }
  return chosen;
}

/** @throws Error when it is no number of runs. */
function runsOf(text: string | undefined): number {
  if (text === undefined) return values.quick ? 3 : 11;
  const runs = Number(text);
  if (Number.isInteger(runs) && runs >= 1) return runs;
  throw new Error(`--runs ${text}: give a whole number from 1`);
}

function defaultJson(): string {
  return join(mkdtempSync(join(tmpdir(), 'tickwire-ring-')), 'ring.json');
}

const measured = values.from === undefined;
const results: Results = measured
  ? await measureAll({
      sections: sectionsOf(values.only),
      runs: runsOf(values.runs),
      quick: values.quick,
    })
  : (JSON.parse(readFileSync(String(values.from), 'utf8')) as Results);
if (measured) {
  const json = resolve(values.json ?? defaultJson());
  mkdirSync(dirname(json), { recursive: true });
  writeFileSync(json, `${JSON.stringify(results, undefined, 1)}\n`);
  console.log(`\n${machineLine(results.machine)}\nresults in ${json}`);
}
console.log(`\n${ringReport(results)}\n`);
if (values['write-docs']) {
  const path = join(repositoryRoot(), 'docs/performance.md');
  const page = readFileSync(path, 'utf8');
  writeFileSync(path, replaceGenerated(page, { name: 'ring', body: ringReport(results) }));
  console.log(`wrote ${path}`);
}
const verdicts = judge(results);
for (const verdict of verdicts) console.log(verdictLine(verdict));
if (verdicts.some((verdict) => verdict.held === false)) process.exitCode = 1;
