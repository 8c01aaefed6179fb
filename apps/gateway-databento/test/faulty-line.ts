/**
 * A line between the gateway and the simulator that sees every record, logs what passes, and does
 * to it what a network does: the simulator knows nothing of it.
 */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { formatDecimal } from '@tickwire/core';
import { SessionLog } from '@tickwire/sim-kit';
import type { SentEntry } from '@tickwire/sim-kit';
import { DefinitionRecord, Mbp1Record, RType, TradeRecord } from '@tickwire/wire-dbn';
import { RecordFrames } from './record-frames.ts';

const PRICE_EXPONENT = -9;
const UNKNOWN_RTYPE = 0x99;
/** A step of prices that is coarser than any of the market's. */
const COARSE_STEP_E9 = 10_000_000_000;

/** `garbage` and `dup`: odds for each record; the others: whether it is so. */
export type LineFault = 'garbage' | 'dup' | 'reset' | 'refuse' | 'halfopen';

export interface FaultyLineOptions {
  /** Of the simulator. */
  readonly port: number;
  readonly symbolOf: (instrumentId: number) => string;
  readonly isCoarse: boolean;
  readonly random: () => number;
}

interface Connection {
  readonly number: number;
  readonly client: Socket;
  isHalfOpen: boolean;
  isStarted: boolean;
  sent: number;
}

export class FaultyLine {
  readonly log = new SessionLog();
  readonly #options: FaultyLineOptions;
  readonly #server: Server;
  readonly #open = new Set<Connection>();
  readonly #trade = new TradeRecord();
  readonly #quote = new Mbp1Record();
  readonly #definition = new DefinitionRecord();
  #faults: ReadonlyMap<LineFault, number> = new Map();
  #connections = 0;
  #sent = 0;

  constructor(options: FaultyLineOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  /** Records given to connections. */
  get sent(): number {
    return this.#sent;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  setFaults(faults: ReadonlyMap<LineFault, number>): void {
    this.#faults = faults;
    for (const connection of this.#open) {
      if (faults.has('reset')) {
        this.fault(connection.number, 'reset');
        connection.client.resetAndDestroy();
      } else if (faults.has('halfopen')) {
        this.fault(connection.number, 'halfopen');
        connection.isHalfOpen = true;
      }
    }
  }

  /** Gives a record to every connection. Returns how many those were. */
  inject(record: Uint8Array): number {
    const started = [...this.#open].filter(({ isStarted }) => isStarted);
    for (const connection of started) this.#write(connection, record, { kind: 'injected' });
    return started.length;
  }

  fault(connection: number, fault: string): void {
    this.log.add({ event: 'fault', atMs: Date.now(), connection, fault });
  }

  close(): Promise<void> {
    for (const { client } of this.#open) client.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    client.on('error', () => client.destroy());
    if (this.#faults.has('refuse')) {
      this.log.add({ event: 'refused', atMs: Date.now(), reason: 'refuse' });
      client.resetAndDestroy();
      return;
    }
    const number = ++this.#connections;
    const connection = { number, client, isHalfOpen: false, isStarted: false, sent: 0 };
    this.#open.add(connection);
    this.log.add({ event: 'connected', atMs: Date.now(), connection: number });
    const { port } = this.#options;
    const server = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
    server.on('error', () => server.destroy());
    this.#join(connection, server);
    client.on('close', () => {
      server.destroy();
      this.#open.delete(connection);
      const { sent } = connection;
      const closed = { event: 'closed', atMs: Date.now(), connection: number } as const;
      this.log.add({ ...closed, reason: 'closed', sent, undelivered: 0 });
    });
  }

  #join(connection: Connection, server: Socket): void {
    const { client } = connection;
    let asked = '';
    client.on('data', (bytes) => {
      if (connection.isHalfOpen) return;
      const lines = `${asked}${bytes.toString()}`.split('\n');
      asked = lines.pop() ?? '';
      for (const line of lines) this.#asked(connection, line);
      server.write(bytes);
    });
    client.on('end', () => server.end());
    const frames = new RecordFrames({
      other: (bytes) => client.write(bytes),
      record: (bytes) => {
        connection.isStarted = true;
        if (this.#faults.has('garbage')) this.#garbage(connection);
        this.#pass(connection, bytes);
        if (this.#hits('dup')) {
          this.fault(connection.number, 'dup');
          this.#pass(connection, bytes);
        }
      },
    });
    server.on('data', (bytes) => {
      if (!connection.isHalfOpen && !client.destroyed) frames.push(bytes);
    });
    server.on('end', () => {
      if (!connection.isHalfOpen) client.end();
    });
    server.on('close', () => {
      if (!connection.isHalfOpen) client.destroySoon();
    });
  }

  #asked({ number }: Connection, line: string): void {
    const fields = new Map(line.split('|').map((field) => splitOnce(field)));
    const schema = fields.get('schema');
    const symbols = fields.get('symbols')?.split(',') ?? [];
    this.log.add({
      ...{ event: 'asked', atMs: Date.now(), connection: number },
      what: schema === undefined ? 'other' : 'subscribe',
      topics: symbols.map((symbol) => `${schema}:${symbol}`),
    });
  }

  #hits(fault: LineFault): boolean {
    const odds = this.#faults.get(fault);
    return odds !== undefined && this.#options.random() < odds;
  }

  /** A record of a kind that nobody knows, between two others. */
  #garbage(connection: Connection): void {
    if (!this.#hits('garbage')) return;
    this.fault(connection.number, 'garbage');
    const record = Buffer.alloc(64);
    record[0] = 16;
    record[1] = UNKNOWN_RTYPE;
    this.#write(connection, record, { kind: 'injected' });
  }

  #pass(connection: Connection, bytes: Buffer): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const symbol = this.#options.symbolOf(view.getUint32(4, true));
    const rtype = view.getUint8(1);
    let what: Pick<SentEntry, 'kind' | 'values'> = { kind: 'other' };
    if (rtype === RType.Definition && this.#options.isCoarse) {
      this.#definition.wrap(view, 0).setMinPriceIncrement(COARSE_STEP_E9);
    } else if (rtype === RType.Trade) {
      const { price, size } = this.#trade.wrap(view, 0);
      what = { kind: 'trade', values: [[priceText(price), String(size)]] };
    } else if (rtype === RType.Mbp1) {
      const { bidPx, bidSz, askPx, askSz } = this.#quote.wrap(view, 0).level(0);
      const [bid, ask] = [priceText(bidPx), priceText(askPx)];
      what = { kind: 'quote', values: [[bid, String(bidSz), ask, String(askSz)]] };
    }
    this.#write(connection, bytes, { ...what, instrument: symbol });
  }

  #write(
    connection: Connection,
    bytes: Uint8Array,
    what: Pick<SentEntry, 'kind' | 'values'> & { instrument?: string },
  ): void {
    connection.client.write(bytes);
    connection.sent += 1;
    this.#sent += 1;
    const { number } = connection;
    this.log.add({ event: 'sent', atMs: Date.now(), connection: number, instrument: '', ...what });
  }
}

function splitOnce(field: string): [string, string] {
  const at = field.indexOf('=');
  return at < 0 ? [field, ''] : [field.slice(0, at), field.slice(at + 1)];
}

const priceText = (price: number | null): string =>
  price === null ? '' : (formatDecimal(price, PRICE_EXPONENT) ?? '');
