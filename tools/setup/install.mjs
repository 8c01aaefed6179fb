// Installs what package-lock.json asks for, when it is not there yet.
//
// npm works in a folder of its own (.setup/stage-<pid>) and its result is merged into node_modules
// only when it is complete. So an install that fails, is interrupted or has no network leaves
// node_modules as it was, and programs that run from it go on running.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { acquireLock } from './lock.mjs';
import {
  expectedPaths,
  hasDevPackages,
  isCompleteInstall,
  isSatisfied,
  manifestFolders,
  wantedHash,
  writeStamp,
} from './manifests.mjs';
import { mergeInstall } from './merge.mjs';
import { showProgress } from './progress.mjs';

/** A set-up that could not be done; the message is one sentence for a person. */
export class SetupError extends Error {}

/** npm's error codes and texts → what happened, in words. */
const CAUSES = [
  [/ENOTCACHED|only-if-cached/, 'npm is set to offline and its cache lacks packages'],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/,
    'the npm registry cannot be reached',
  ],
  [/ENOSPC/, 'the disk is full'],
  [/EACCES|EPERM|EROFS/, 'a folder cannot be written'],
  [/EINTEGRITY/, 'a downloaded package is not the one of package-lock.json'],
  [/E404|ETARGET/, 'the npm registry lacks a package of package-lock.json'],
  [/E401|E403/, 'the npm registry refuses access'],
  [/EUSAGE|in sync/, 'package.json and package-lock.json do not agree'],
];

function npmCommand() {
  const script = process.env.npm_execpath;
  if (script !== undefined && /npm-cli\.[cm]?js$/.test(script) && existsSync(script)) {
    return [process.execPath, script];
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders.map((folder) => join(folder, 'npm')).find((path) => existsSync(path));
  if (found === undefined) {
    throw new SetupError('npm was not found: install Node 20 or newer together with npm.');
  }
  return [found];
}

/**
 * The environment for npm: settings that say where packages come from stay; those that describe
 * the npm command which started us would make it install other things or elsewhere.
 */
function npmEnvironment() {
  const env = { ...process.env };
  const foreign =
    /^npm_(lifecycle|package|command|config_(local_prefix|prefix|global|omit|include|only|also|production|workspaces?|include_workspace_root|dry_run|json|package_lock|package_lock_only|save|ignore_scripts|argv|if_present))/i;
  for (const name of Object.keys(env)) if (foreign.test(name)) delete env[name];
  delete env.NODE_ENV; // "production" would leave development packages out
  delete env.NODE_OPTIONS;
  return env;
}

function createStage(root, stage) {
  for (const folder of manifestFolders(root)) {
    mkdirSync(join(stage, folder), { recursive: true });
    copyFileSync(join(root, folder, 'package.json'), join(stage, folder, 'package.json'));
  }
  for (const name of ['package-lock.json', '.npmrc']) {
    if (existsSync(join(root, name))) copyFileSync(join(root, name), join(stage, name));
  }
}

function runNpm({ stage, dev, signal }) {
  const [command, ...first] = npmCommand();
  const args = [
    ...first,
    'ci',
    dev ? '--include=dev' : '--omit=dev',
    '--include=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--prefer-offline',
    '--loglevel=error',
    '--fetch-retries=2',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=5000',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: stage,
      env: npmEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = () => child.kill('SIGTERM');
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-64_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code, killedBy) => {
      signal.removeEventListener('abort', end);
      resolve({ ok: code === 0, code, killedBy, output });
    });
  });
}

function whatIsLeft(root) {
  return existsSync(join(root, 'node_modules'))
    ? 'the packages installed before are untouched'
    : 'nothing was installed';
}

function failure(root, { output, code, killedBy }) {
  writeFileSync(join(root, '.setup/npm.log'), output);
  const cause =
    CAUSES.find(([pattern]) => pattern.test(output))?.[1] ??
    (killedBy === null ? `npm ended with code ${code}` : `npm was ended by ${killedBy}`);
  return new SetupError(
    `Set-up failed: ${cause}; ${whatIsLeft(root)} (npm's own words: .setup/npm.log).`,
  );
}

/** Removes what interrupted set-ups left. Only called by the holder of the lock. */
function sweep(folder) {
  for (const name of readdirSync(folder)) {
    if (!/^(stage|retired)-/.test(name)) continue;
    try {
      rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // An npm that outlived its launcher may still write there; the next set-up sweeps again.
    }
  }
}

function seconds(startedAtMs) {
  return `${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`;
}

async function installUnderLock({ root, hash, dev, stream, signal }) {
  const startedAtMs = Date.now();
  const folder = join(root, '.setup');
  sweep(folder);
  const stage = join(folder, `stage-${process.pid}`);
  const retired = join(folder, `retired-${process.pid}`);
  createStage(root, stage);
  const paths = expectedPaths(root, { dev });
  const kind = dev ? 'with the tools for tests' : 'to run';
  stream.write(`setting up: installing ${paths.length} packages ${kind}\n`);
  const endProgress = showProgress({ stream, folder: stage, paths });
  try {
    const result = await runNpm({ stage, dev, signal });
    endProgress();
    if (signal.aborted) throw new SetupError(`Set-up interrupted; ${whatIsLeft(root)}.`);
    if (!result.ok) throw failure(root, result);
    const { added, replaced } = mergeInstall({ root, stage, retired });
    writeStamp(root, { hash, dev });
    const changed = replaced === 0 ? '' : `, ${replaced} exchanged`;
    stream.write(`set up in ${seconds(startedAtMs)}: ${added} packages added${changed}\n`);
  } finally {
    endProgress();
    sweep(folder);
  }
}

/**
 * Makes node_modules what package-lock.json asks for.
 *
 * @param {{ root: string, dev: boolean, stream: NodeJS.WriteStream, signal: AbortSignal }} options
 *   `dev`: with the packages that only tests and checks need; `signal`: ends it early
 * @throws {SetupError} when it cannot; what was installed before still works
 */
export async function ensureInstalled({ root, dev, stream, signal }) {
  const hash = wantedHash(root);
  if (isSatisfied(root, { hash, dev })) return;
  const folder = join(root, '.setup');
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new SetupError(`Set-up failed: ${folder} cannot be written (${error.code}).`);
  }
  const release = await acquireLock(join(folder, 'lock'), {
    signal,
    onWait: (pid) => stream.write(`setting up: waiting for another set-up (process ${pid})\n`),
  });
  if (release === undefined) throw new SetupError('Set-up interrupted; nothing was changed.');
  try {
    if (isSatisfied(root, { hash, dev })) return;
    const wantsDev = dev || hasDevPackages(root);
    if (isCompleteInstall(root, { dev: wantsDev })) {
      writeStamp(root, { hash, dev: wantsDev });
      stream.write('set up: the packages already installed are the right ones\n');
      return;
    }
    await installUnderLock({ root, hash, dev: wantsDev, stream, signal });
  } finally {
    release();
  }
}
