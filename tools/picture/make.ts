// Makes docs/img/up.svg, the picture of the README, from a real run of `tickwire up` in a
// pseudo-terminal: node tools/picture/make.ts [seconds]
//
// It shows the last table that was drawn while everything ran; the run's own exit code decides
// whether there is a picture at all.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Screen, textOf } from './screen.ts';
import type { Cell } from './screen.ts';
import { renderSvg } from './svg.ts';

const COLUMNS = 110;
const ROWS = 60;
const SEED = 42;

const root = fileURLToPath(new URL('../../', import.meta.url));
const target = join(root, 'docs/img/up.svg');

interface Recording {
  readonly exitCode: number | null;
  /** The last table in which every service was running. */
  readonly table: readonly (readonly Cell[])[] | undefined;
  readonly text: string;
}

async function record(seconds: number): Promise<Recording> {
  const dir = mkdtempSync(join(tmpdir(), 'tickwire-picture-'));
  const up = [process.execPath, join(root, 'apps/cli/src/main.ts'), 'up'];
  const words = [...up, '--duration', String(seconds), '--seed', String(SEED)].map(quote);
  const command = `stty cols ${COLUMNS} rows ${ROWS}; exec ${words.join(' ')}`;
  const { CI: _ci, NO_COLOR: _noColour, ...env } = process.env;
  const child = spawn('script', ['-qfec', command, '/dev/null'], {
    cwd: dir,
    env: { ...env, TERM: 'xterm-256color' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const screen = new Screen();
  let table: Recording['table'];
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    text += chunk;
    screen.write(chunk, (rows) => {
      if (isTableOfRunning(rows)) table = rows;
    });
  });
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    return { exitCode, table, text };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function isTableOfRunning(rows: readonly (readonly Cell[])[]): boolean {
  const text = rows.map(textOf).join('\n');
  return (
    /● running/.test(text) &&
    !/stopping|exited|starting|waiting/.test(text) &&
    /COVERAGE/.test(text)
  );
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

const seconds = Number(process.argv[2] ?? 75);
const { exitCode, table, text } = await record(seconds);
if (exitCode !== 0 || table === undefined) {
  process.stderr.write(`${text}\nThe run ended with ${exitCode}: no picture was made.\n`);
  process.exit(1);
}
// Notes of the start stand above the table; the picture begins with the table.
const first = table.findIndex((row) => textOf(row).startsWith('tickwire '));
const last = table.findLastIndex((row) => textOf(row).trim() !== '');
mkdirSync(dirname(target), { recursive: true });
writeFileSync(
  target,
  renderSvg(table.slice(first, last + 1), { columns: COLUMNS, title: 'npm start' }),
);
process.stdout.write(`${relative(process.cwd(), target)} shows a run of ${seconds} s.\n`);
