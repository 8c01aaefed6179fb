import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isLockedDescriptor } from '@tickwire/ipc-shm';
import { ReaderFileView } from './reader-file.ts';
import type { ReaderRecord } from './reader-file.ts';
import { readersDir } from './ring-folder.ts';

/**
 * Who reads a ring and how far each is, for displays. Files of readers that died, and files that
 * are no readers, are left out.
 */
export function listReaders(dir: string, name: string): ReaderRecord[] {
  const folder = readersDir(dir, name);
  let files: string[];
  try {
    files = readdirSync(folder);
  } catch {
    return []; // nobody ever registered
  }
  const records: ReaderRecord[] = [];
  for (const file of files) {
    try {
      const view = new ReaderFileView(join(folder, file));
      const record = isLockedDescriptor(view.fd) ? view.read() : undefined;
      view.close();
      if (record !== undefined) records.push(record);
    } catch {
      // It left between the listing and the look.
    }
  }
  return records;
}
