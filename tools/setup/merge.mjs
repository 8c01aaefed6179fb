// Brings a freshly installed tree into node_modules without removing anything that works there:
// packages that are missing are moved in, packages at another version are exchanged, all others
// stay untouched, so that programs running from them do not notice. Each step is one rename; if a
// step fails, those before it are undone.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { installedPackages, readJson } from './manifests.mjs';

function exists(path) {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function sameLink(a, b) {
  return exists(a) && lstatSync(a).isSymbolicLink() && readlinkSync(a) === readlinkSync(b);
}

function version(folder) {
  return readJson(join(folder, 'package.json'))?.version;
}

/** Renames with an undo list. Retired packages wait in `retired` until all is done. */
function createJournal(retired) {
  const steps = [];
  return {
    move(from, to) {
      mkdirSync(dirname(to), { recursive: true });
      renameSync(from, to);
      steps.push([from, to]);
    },
    retire(path) {
      mkdirSync(retired, { recursive: true });
      this.move(path, join(retired, String(steps.length)));
    },
    undo() {
      for (const [from, to] of steps.reverse()) renameSync(to, from);
    },
  };
}

/** `node_modules/a/node_modules/b` lies under `node_modules/a`. */
function isUnder(path, parents) {
  return parents.some((parent) => path.startsWith(`${parent}/`));
}

/** Not a workspace's folder, nor the link to one. */
function isPackage([path, entry]) {
  return path.startsWith('node_modules/') && !entry.link;
}

/** How many packages come with one move: the package and those nested in it. */
function packagesAt(folder, packages) {
  const entries = Object.entries(packages).filter(isPackage);
  return entries.filter(([path]) => path === folder || isUnder(path, [folder])).length;
}

function mergePackages({ root, stage, journal, counts }) {
  const fresh = installedPackages(stage);
  const moved = [];
  for (const [path, entry] of Object.entries(fresh).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!path.includes('node_modules/') || isUnder(path, moved)) continue;
    const from = join(stage, path);
    const to = join(root, path);
    if (!exists(from)) continue;
    const isHere = exists(to);
    const same = entry.link ? sameLink(to, from) : isHere && version(to) === version(from);
    if (same) continue;
    if (isHere) journal.retire(to);
    journal.move(from, to);
    moved.push(path);
    if (isHere) counts.replaced += 1;
    else counts.added += packagesAt(path, fresh);
  }
  // A nested package that the new tree holds elsewhere would hide the new one from its parent.
  for (const path of Object.keys(installedPackages(root) ?? {})) {
    const isNested = path.split('node_modules/').length > 2;
    if (!isNested || path in fresh || isUnder(path, moved) || !exists(join(root, path))) continue;
    journal.retire(join(root, path));
    counts.replaced += 1;
  }
}

function binFolders(stage) {
  const folders = new Set();
  for (const path of Object.keys(installedPackages(stage))) {
    const end = path.lastIndexOf('node_modules/');
    if (end >= 0) folders.add(`${path.slice(0, end)}node_modules/.bin`);
  }
  return [...folders];
}

function mergeLinks({ root, stage }) {
  for (const folder of binFolders(stage)) {
    const from = join(stage, folder);
    const to = join(root, folder);
    if (!existsSync(from)) continue; // moved along with its package, or there are none
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(from)) {
      if (sameLink(join(to, name), join(from, name))) continue;
      rmSync(join(to, `.${name}.new`), { force: true });
      symlinkSync(readlinkSync(join(from, name)), join(to, `.${name}.new`));
      renameSync(join(to, `.${name}.new`), join(to, name));
    }
  }
}

/**
 * Merges `stage/node_modules` into `root/node_modules`.
 *
 * @returns {{ added: number, replaced: number }} packages moved in and exchanged
 * @throws the file system's error; node_modules is then as before
 */
export function mergeInstall({ root, stage, retired }) {
  const counts = { added: 0, replaced: 0 };
  const target = join(root, 'node_modules');
  if (!existsSync(target)) {
    counts.added = Object.entries(installedPackages(stage)).filter(isPackage).length;
    renameSync(join(stage, 'node_modules'), target);
    return counts;
  }
  const journal = createJournal(retired);
  try {
    mergePackages({ root, stage, journal, counts });
    mergeLinks({ root, stage });
    journal.move(
      join(stage, 'node_modules/.package-lock.json'),
      join(target, '.package-lock.json'),
    );
  } catch (error) {
    journal.undo();
    throw error;
  }
  return counts;
}
