// What has to be installed (lock file and manifests) and what is (node_modules and its stamp).
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STAMP = 'node_modules/.tickwire-setup.json';
const DEPENDENCY_FIELDS = [
  'name',
  'workspaces',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'bin',
];

export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Folders of a workspace pattern: one or two stars, or none (Node 20 has no glob). */
function expand(root, pattern) {
  let found = [''];
  for (const part of pattern.split('/')) {
    found = found.flatMap((folder) => {
      if (part !== '*') return [join(folder, part)];
      if (!existsSync(join(root, folder))) return [];
      return readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
        .map((entry) => join(folder, entry.name));
    });
  }
  return found.filter((folder) => existsSync(join(root, folder, 'package.json')));
}

/** Folders with a manifest, relative to the root: the root itself (`.`) and every workspace. */
export function manifestFolders(root) {
  const { workspaces = [] } = readJson(join(root, 'package.json')) ?? {};
  return ['.', ...new Set(workspaces.flatMap((pattern) => expand(root, pattern)).sort())];
}

/**
 * Digest of everything that decides what an install contains. Scripts and descriptions are left
 * out, so that editing them costs no set-up.
 */
export function wantedHash(root) {
  const digest = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  digest.update(readFileSync(join(root, 'package-lock.json')));
  for (const folder of manifestFolders(root)) {
    const manifest = readJson(join(root, folder, 'package.json')) ?? {};
    digest.update(`\n${folder} `);
    digest.update(JSON.stringify(DEPENDENCY_FIELDS.map((field) => manifest[field] ?? null)));
  }
  return digest.digest('hex');
}

/** Installed packages by path (`node_modules/ws`), as npm left them; undefined when unknown. */
export function installedPackages(root) {
  return readJson(join(root, 'node_modules/.package-lock.json'))?.packages;
}

function isPresent(root, path) {
  return existsSync(join(root, path, 'package.json'));
}

export function readStamp(root) {
  return readJson(join(root, STAMP));
}

export function writeStamp(root, stamp) {
  const path = join(root, STAMP);
  writeFileSync(`${path}.new`, `${JSON.stringify(stamp)}\n`);
  renameSync(`${path}.new`, path);
}

/** True when an install with this stamp is complete and is what the manifests ask for. */
export function isSatisfied(root, { hash, dev }) {
  const stamp = readStamp(root);
  if (stamp === undefined || stamp.hash !== hash || (dev && !stamp.dev)) return false;
  const packages = installedPackages(root);
  if (packages === undefined) return false;
  return Object.keys(packages).every((path) => isPresent(root, path));
}

/** True when the install carries development packages, whoever made it. */
export function hasDevPackages(root) {
  if (readStamp(root)?.dev) return true;
  return Object.values(installedPackages(root) ?? {}).some((entry) => entry.dev === true);
}

/**
 * True when an install made by other means (`npm ci` by hand) already holds every package of the
 * lock file at its version. Optional packages are for other platforms as a rule: npm decided.
 */
export function isCompleteInstall(root, { dev }) {
  const installed = installedPackages(root);
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  if (installed === undefined || wanted === undefined) return false;
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.startsWith('node_modules/') || entry.optional || (entry.dev && !dev)) continue;
    if (!isPresent(root, path)) return false;
    if (!entry.link && installed[path]?.version !== entry.version) return false;
  }
  return true;
}

/** How many packages an install of this kind will hold, about: for the progress display. */
export function expectedPaths(root, { dev }) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages ?? {};
  return Object.entries(wanted)
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.link && (dev || !entry.dev))
    .filter(([, entry]) => matches(entry.os, process.platform) && matches(entry.cpu, process.arch))
    .map(([path]) => path);
}

function matches(allowed, value) {
  if (allowed === undefined) return true;
  const list = [].concat(allowed);
  return list.includes(value) || list.every((item) => item.startsWith('!') && item !== `!${value}`);
}
