// The guard's look at the main job: starts the demo as a person would, and checks that every tick
// is accounted for and that nothing stays behind.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { prettifyError, ZodError } from 'zod';
import { runChild } from '../process/run-child.ts';
import { processesOf, runFiles, sharedFiles } from './leftovers.ts';
import { checkReport, parseReport } from './report-checks.ts';
import type { Check } from './report-checks.ts';
import { countStoredRows } from './stored-rows.ts';

const DURATION_SECONDS = 20;
const LIMIT_MS = 5 * 60_000;

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'tickwire-guard-'));
const dataDir = join(folder, 'data');
const reportPath = join(folder, 'report.json');

async function reportChecks(): Promise<Check[]> {
  if (!existsSync(reportPath)) return [{ name: 'a report', ok: false, found: 'none' }];
  try {
    const report = parseReport(readFileSync(reportPath, 'utf8'));
    return checkReport(report, await countStoredRows(dataDir));
  } catch (error) {
    const found = error instanceof ZodError ? prettifyError(error) : String(error);
    return [{ name: 'a readable report', ok: false, found }];
  }
}

function nothingOf(name: string, left: readonly string[]): Check {
  return { name, ok: left.length === 0, found: left.join('; ') };
}

const sharedBefore = sharedFiles();
const started = await runChild({
  command: 'npm',
  args: [
    'start',
    '--',
    ...['--duration', String(DURATION_SECONDS)],
    ...['--report', reportPath],
    ...['--data-dir', dataDir],
  ],
  cwd: root,
  show: true,
  limitMs: LIMIT_MS,
});
const left = [...sharedFiles()].filter((name) => !sharedBefore.has(name));
const checks: Check[] = [
  { name: 'npm start ends with code 0', ok: started.ok, found: `code ${started.code}` },
  ...(await reportChecks()),
  nothingOf('no process is left', processesOf(folder)),
  nothingOf('no shared memory is left', left),
  nothingOf('no lock, socket or record is left', runFiles(dataDir)),
];
rmSync(folder, { recursive: true, force: true });
const failed = checks.filter((check) => !check.ok);
for (const { name, found } of failed) console.log(`FAILED: ${name} (${found})`);
console.log(`${checks.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
