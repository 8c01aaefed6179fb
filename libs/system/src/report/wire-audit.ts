/**
 * Compares the two ends of each connection between a simulator and its gateway, when it has ended:
 * what the simulator sent and the gateway did not take was lost in between, in kernel buffers for
 * the most part. The simulator's count is the truth, never the dead process's own claim. Whoever
 * runs both (the supervisor) declares it: as a drop of the hop `<vendor>.wire`, and in the ledger
 * with its bounds; there the gap ends with the first message of the connection that follows. Of a
 * real vendor nobody knows what it sent: there the gateway's own ledger has the gap by time, with
 * no count and the proof `none`, and the venue's sequences that are missing symbol by symbol.
 */
import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HopCounters } from '@tickwire/core';
import type { CounterTable } from '@tickwire/core';
import { openConnections, parseConnectionRecord, readStats, statsPath } from '@tickwire/io-service';
import type { ConnectionRecord } from '@tickwire/io-service';
import { ledgerDir } from './gap-ledger.ts';

export interface WireAuditOptions {
  readonly vendor: string;
  readonly runDir: string;
  readonly ringDir: string;
  readonly dataDir: string;
  readonly simulator: string;
  readonly gateway: string;
  /** Of the process that declares: its own counters. */
  readonly stats: CounterTable;
  /** Wall clock, ms since the Unix epoch. */
  readonly nowMs: () => number;
}

/** Lines of a file that is appended to, each once. */
class GrowingFile {
  readonly #path: string;
  #at = 0;

  constructor(path: string) {
    this.#path = path;
  }

  read(): string[] {
    let fd: number;
    try {
      fd = openSync(this.#path, 'r');
    } catch {
      return []; // nothing ended yet
    }
    try {
      const bytes = Buffer.alloc(Math.max(0, fstatSync(fd).size - this.#at));
      const count = readSync(fd, bytes, 0, bytes.length, this.#at);
      const end = bytes.lastIndexOf(10, count - 1) + 1; // a line half written is for the next time
      this.#at += end;
      return bytes
        .toString('utf8', 0, end)
        .split('\n')
        .filter((line) => line !== '');
    } finally {
      closeSync(fd);
    }
  }
}

/** What was sent on one connection and did not come: `<data dir>/ledger/<vendor>-wire.ndjson`. */
export interface WireGap {
  readonly id: number;
  readonly vendor: string;
  readonly scope: 'connection';
  readonly unit: 'message';
  /** Ordinals of the messages on their connection, from 1. */
  readonly firstMissing: string;
  readonly lastMissing: string;
  readonly missing: number;
  readonly noticedBy: 'writer-restarted' | 'disconnect';
  /** ns since the Unix epoch: the last receipt before; the first on the next connection. */
  readonly fromTs: string;
  readonly toTs: string | null;
  readonly noticedTs: string;
  /** Repaired = the stream goes on. The messages themselves are not sent again. */
  readonly state: 'open' | 'repaired';
  readonly repairedBy: 'reconnect' | null;
  readonly repairedTs: string | null;
  /** Why the connection ended, as the gateway saw it. */
  readonly reason: string;
  /** Whose count it was checked against, and what both ends counted. */
  readonly proof: {
    readonly by: 'simulator';
    readonly sent: number;
    /** Of those: such as the kernel is known not to have taken; the simulator's own drops. */
    readonly undelivered: number;
    readonly received: number;
  };
}

export class WireAudit {
  readonly #options: WireAuditOptions;
  readonly #files: { readonly sent: GrowingFile; readonly received: GrowingFile };
  readonly #sent = new Map<number, ConnectionRecord>();
  readonly #received = new Map<number, ConnectionRecord>();
  readonly #judged = new Set<number>();
  /** Gaps whose next connection has brought nothing yet. */
  #open: WireGap[] = [];
  #entries = 0;

  constructor(options: WireAuditOptions) {
    this.#options = options;
    const { runDir, vendor } = options;
    this.#files = {
      sent: new GrowingFile(join(runDir, `${vendor}.sent.ndjson`)),
      received: new GrowingFile(join(runDir, `${vendor}.received.ndjson`)),
    };
  }

  /** Judges the connections of which both ends are known by now. */
  look(): void {
    take(this.#files.sent, this.#sent, this.#judged);
    take(this.#files.received, this.#received, this.#judged);
    for (const [key, received] of this.#received) {
      const sent = this.#sent.get(key);
      if (sent !== undefined) this.#judge(sent, received);
    }
    this.#repairOpen();
  }

  /**
   * The end of a run: both processes are gone, what they had open is judged by their cells, and
   * what the simulator sent to others than the gateway is declared.
   */
  finish(): void {
    this.look();
    const { simulator, gateway } = this.#options;
    for (const record of this.#openAt(simulator)) this.#sent.set(record.key, record);
    for (const record of this.#openAt(gateway)) this.#received.set(record.key, record);
    this.look();
    let others = 0;
    for (const { count, undelivered } of this.#sent.values()) others += count - undelivered;
    if (others > 0) this.#hop().dropped('other-client').add(others);
    this.#sent.clear();
  }

  #judge(sent: ConnectionRecord, received: ConnectionRecord): void {
    this.#judged.add(sent.key);
    this.#sent.delete(sent.key);
    this.#received.delete(sent.key);
    const missing = sent.count - received.count;
    if (missing === 0) return;
    // The simulator has declared those itself that never left it.
    this.#hop()
      .dropped('connection-lost')
      .add(missing - sent.undelivered);
    this.#entries += 1;
    const gap: WireGap = {
      id: this.#entries,
      vendor: this.#options.vendor,
      scope: 'connection',
      unit: 'message',
      firstMissing: String(received.count + 1),
      lastMissing: String(sent.count),
      missing,
      noticedBy: received.reason === 'killed' ? 'writer-restarted' : 'disconnect',
      fromTs: received.lastTs,
      toTs: null,
      noticedTs: String(BigInt(Math.round(this.#options.nowMs())) * 1_000_000n),
      state: 'open',
      repairedBy: null,
      repairedTs: null,
      reason: received.reason,
      proof: {
        by: 'simulator',
        ...{ sent: sent.count, undelivered: sent.undelivered, received: received.count },
      },
    };
    this.#append(gap);
    this.#open.push(gap);
  }

  /** A gap is over with the first message of a connection that was made after the lost one. */
  #repairOpen(): void {
    if (this.#open.length === 0) return;
    const firsts = [...this.#received.values(), ...this.#openAt(this.#options.gateway)]
      .map(({ firstTs }) => BigInt(firstTs))
      .filter((ts) => ts > 0n);
    this.#open = this.#open.filter((gap) => {
      const after = firsts.filter((ts) => ts > BigInt(gap.fromTs));
      const toTs = after.reduce<bigint | undefined>(
        (least, ts) => (least === undefined || ts < least ? ts : least),
        undefined,
      );
      if (toTs === undefined) return true;
      const over = { toTs: String(toTs), repairedTs: String(toTs) };
      this.#append({ ...gap, ...over, state: 'repaired', repairedBy: 'reconnect' });
      return false;
    });
  }

  #append(entry: WireGap): void {
    const path = join(ledgerDir(this.#options.dataDir), `${this.#options.vendor}-wire.ndjson`);
    mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
    appendFileSync(path, `${JSON.stringify(entry)}\n`, { mode: 0o640 });
  }

  #hop(): HopCounters {
    return new HopCounters(this.#options.stats, `${this.#options.vendor}.wire`, 'message');
  }

  #openAt(service: string): ConnectionRecord[] {
    try {
      const open = openConnections(readStats(statsPath(this.#options.ringDir, service)));
      return open.filter(({ key }) => !this.#judged.has(key));
    } catch {
      return []; // it never ran
    }
  }
}

function take(
  file: GrowingFile,
  into: Map<number, ConnectionRecord>,
  judged: ReadonlySet<number>,
): void {
  for (const line of file.read()) {
    const record = parseConnectionRecord(line);
    // A process killed between the line and its cells writes the line once more.
    if (record !== undefined && !judged.has(record.key)) into.set(record.key, record);
  }
}
