import { hostDisk } from '../src/disk.ts';
import type { Disk } from '../src/disk.ts';

/** A disk of a process that dies: from a certain operation on, none happens any more. */
export class CrashingDisk implements Disk {
  readonly create = hostDisk.create;
  /** Operations that still happen. */
  left = Infinity;
  done = 0;
  /** Called before each operation. */
  before: () => void = () => undefined;

  async syncFile(path: string): Promise<void> {
    this.#next();
    await hostDisk.syncFile(path);
  }

  rename(from: string, to: string): void {
    this.#next();
    hostDisk.rename(from, to);
  }

  remove(path: string): void {
    this.#next();
    hostDisk.remove(path);
  }

  syncDirectory(directory: string): void {
    this.#next();
    hostDisk.syncDirectory(directory);
  }

  replace(path: string, text: string): void {
    this.#next();
    hostDisk.replace(path, text);
  }

  #next(): void {
    if (this.left === 0) throw new Error('the process has died');
    this.left -= 1;
    this.before();
    this.done += 1;
  }
}
