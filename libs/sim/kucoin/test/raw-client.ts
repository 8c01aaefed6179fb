/**
 * A client for the simulator's tests that knows nothing but the venue's documents: `fetch` for
 * HTTP, a plain WebSocket, and what came in as it came.
 */
import { waitFor } from '@tickwire/testing';
import { WebSocket } from 'ws';

/** A received message, as far as tests look into it. */
export interface Received {
  readonly id?: string;
  readonly type?: string;
  readonly topic?: string;
  readonly subject?: string;
  readonly code?: number;
  readonly data?: unknown;
}

/** The `data` of a level-2 message. */
export interface Level2Data {
  readonly changes: { readonly asks: Entry[]; readonly bids: Entry[] };
  readonly sequenceStart: number;
  readonly sequenceEnd: number;
  readonly symbol: string;
  readonly time: number;
}
export type Entry = readonly [price: string, size: string, sequence: string];

export interface Envelope {
  readonly status: number;
  readonly headers: Headers;
  readonly code: string;
  readonly msg: string | undefined;
  readonly data: unknown;
}

/** Fetches one path and opens the envelope. */
export async function call(url: string, path: string, init: RequestInit = {}): Promise<Envelope> {
  const response = await fetch(url + path, init);
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null) throw new Error(`no envelope: ${String(body)}`);
  const { code, msg, data } = Object.fromEntries(Object.entries(body));
  return {
    status: response.status,
    headers: response.headers,
    code: String(code),
    msg: msg === undefined ? undefined : String(msg),
    data,
  };
}

/** A token and the address to use it at, from `bullet-public`. */
export async function bullet(url: string): Promise<{ token: string; endpoint: string }> {
  const { data } = await call(url, '/api/v1/bullet-public', { method: 'POST' });
  const { token, instanceServers } = data as {
    token: string;
    instanceServers: { endpoint: string }[];
  };
  return { token, endpoint: instanceServers[0]?.endpoint ?? '' };
}

export class RawClient {
  readonly ws: WebSocket;
  /** Texts in the order of arrival. */
  readonly texts: string[] = [];
  /** Those of them that are JSON. */
  readonly messages: Received[] = [];
  closeCode: number | undefined;
  /** Status of a refused upgrade. */
  refusedWith: number | undefined;

  constructor(address: string) {
    this.ws = new WebSocket(address, { perMessageDeflate: false });
    this.ws.on('message', (data) => this.#take(String(data)));
    this.ws.on('close', (code) => (this.closeCode = code));
    this.ws.on('error', () => undefined);
    this.ws.on('unexpected-response', (request, response) => {
      this.refusedWith = response.statusCode;
      request.destroy();
      this.closeCode ??= 1006;
    });
  }

  static async open(url: string, connectId = 'test'): Promise<RawClient> {
    const { token, endpoint } = await bullet(url);
    const client = new RawClient(`${endpoint}?token=${token}&connectId=${connectId}`);
    await client.until((message) => message.type === 'welcome', 'a welcome');
    return client;
  }

  /** Level-2 data of one symbol. */
  level2(symbol: string): Level2Data[] {
    return this.messages
      .filter(({ topic }) => topic === `/market/level2:${symbol}`)
      .map(({ data }) => data as Level2Data);
  }

  ask(message: object | string): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async until(test: (message: Received) => boolean, what: string): Promise<Received> {
    return waitFor(() => this.messages.find(test), { what });
  }

  /** Waits until so many messages came in. */
  async count(messages: number): Promise<void> {
    await waitFor(() => this.texts.length >= messages, { what: `${messages} messages` });
  }

  /** Sends a command and waits for its ack or error. */
  async command(type: 'subscribe' | 'unsubscribe', topic: string): Promise<Received> {
    const id = `${type}/${topic}/${this.texts.length}`;
    this.ask({ id, type, topic, response: true });
    return this.until((message) => message.id === id, `an answer to ${type} ${topic}`);
  }

  /** Asks and waits for a pong: all that was sent before has then arrived. */
  async ping(): Promise<void> {
    const id = `ping/${this.texts.length}/${this.ws.bufferedAmount}`;
    this.ask({ id, type: 'ping' });
    await this.until((message) => message.id === id && message.type === 'pong', 'a pong');
  }

  #take(text: string): void {
    this.texts.push(text);
    try {
      this.messages.push(JSON.parse(text));
    } catch {
      // Garbage is kept as text alone: the faults' tests look at it there.
    }
  }

  async closed(): Promise<number> {
    await waitFor(() => this.closeCode !== undefined, { what: 'the end of the connection' });
    return this.closeCode ?? 0;
  }
}

/** A book as a client keeps it: decimal texts. */
export class ClientBook {
  readonly bids: Map<string, string>;
  readonly asks: Map<string, string>;
  sequence: number;

  constructor(snapshot: { sequence: string; bids: [string, string][]; asks: [string, string][] }) {
    this.sequence = Number(snapshot.sequence);
    this.bids = new Map(snapshot.bids);
    this.asks = new Map(snapshot.asks);
  }

  /** Applies a message by the venue's rules. False when sequences are missing before it. */
  apply(data: Level2Data): boolean {
    if (data.sequenceStart > this.sequence + 1) return false;
    for (const side of ['bids', 'asks'] as const) {
      for (const [price, size, sequence] of data.changes[side]) {
        if (Number(sequence) <= this.sequence || price === '0') continue;
        if (size === '0') this[side].delete(price);
        else this[side].set(price, size);
      }
    }
    this.sequence = Math.max(this.sequence, data.sequenceEnd);
    return true;
  }

  /** Sides as sorted pairs, best first. */
  sorted(): { bids: [string, string][]; asks: [string, string][] } {
    return {
      bids: [...this.bids].sort(([a], [b]) => Number(b) - Number(a)),
      asks: [...this.asks].sort(([a], [b]) => Number(a) - Number(b)),
    };
  }
}
