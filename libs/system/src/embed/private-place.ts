/** The folders of one embedded system: nobody else's while it lives, gone when it ends. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HeldLock } from '@tickwire/io-service';
import { findFolders, makeFolders } from '../folders.ts';
import type { Folders } from '../folders.ts';
import { takeDataDir, takeRingDir } from '../supervise/data-dir.ts';
import { clearRingDir, clearRunDir } from '../supervise/leftovers.ts';
import { findOrphans, isSupervised } from '../supervise/orphans.ts';

const PREFIX = 'tickwire-embedded-';
/** One younger than this may be just being made by another program. */
const ABANDONED_AFTER_MS = 60_000;

export class PrivatePlace {
  readonly folders: Folders;
  readonly isTemporary: boolean;
  readonly #locks: HeldLock[] = [];

  /**
   * @param dataDir - Stays when it is given; else a temporary one.
   * @throws SystemError `ALREADY_RUNNING` when another system has it.
   */
  constructor(dataDir: string | undefined) {
    this.isTemporary = dataDir === undefined;
    if (this.isTemporary) removeAbandoned();
    const path = dataDir ?? mkdtempSync(join(tmpdir(), PREFIX));
    try {
      this.folders = makeFolders({ dataDir: path });
      const { runDir, ringDir } = this.folders;
      this.#locks.push(takeDataDir(runDir, path));
      this.#locks.push(takeRingDir(ringDir));
      clearRingDir(ringDir, { keepLock: true });
    } catch (error) {
      for (const lock of this.#locks) lock.release();
      if (this.isTemporary) rmSync(path, { recursive: true, force: true });
      throw error;
    }
  }

  release(): void {
    const { dataDir, ringDir, runDir } = this.folders;
    clearRingDir(ringDir);
    clearRunDir(runDir);
    for (const lock of this.#locks) lock.release();
    if (this.isTemporary) rmSync(dataDir, { recursive: true, force: true });
  }
}

/** What programs that were killed have left: their services ended with them, folders do not. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const dataDir = join(tmpdir(), name);
    try {
      const { uid, mtimeMs } = statSync(dataDir);
      if (uid !== process.getuid?.() || Date.now() - mtimeMs < ABANDONED_AFTER_MS) continue;
      const folders = findFolders({ dataDir });
      if (folders === undefined || isSupervised(folders.runDir)) continue;
      if (findOrphans(folders.runDir).length > 0) continue; // its services are just ending
      clearRingDir(folders.ringDir);
      rmSync(dataDir, { recursive: true, force: true });
    } catch {
      // Another program removes it at the same moment, or it is not ours to remove.
    }
  }
}
