/** The real api as a process, on folders of its own, and clients of it. */
import { join } from 'node:path';
import { findServices, readStats, statsPath } from '@tickwire/io-service';
import { collectHops } from '@tickwire/core';
import type { HopReport } from '@tickwire/core';
import { startProcess, temporaryDirectory, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { WebSocket } from 'ws';

export const KEY = 'test-key-0123456789abcdef';

export interface Place {
  readonly dataDir: string;
  readonly runDir: string;
  readonly ringDir: string;
}

export function newPlace(): Place {
  const dataDir = temporaryDirectory({ name: 'api' });
  const ringDir = temporaryDirectory({ name: 'api', shared: true });
  return { dataDir, runDir: join(dataDir, 'run'), ringDir };
}

export class ApiProcess {
  readonly process: TestProcess;
  readonly place: Place;
  readonly port: number;

  constructor(started: TestProcess, place: Place, port: number) {
    this.process = started;
    this.place = place;
    this.port = port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get streamUrl(): string {
    return `ws://127.0.0.1:${this.port}/api/v1/stream`;
  }

  fetch(path: string, init: RequestInit & { key?: string | null } = {}): Promise<Response> {
    const { key = KEY, ...rest } = init;
    const headers = new Headers(rest.headers);
    if (key !== null) headers.set('authorization', `Bearer ${key}`);
    return fetch(`${this.url}${path}`, { ...rest, headers });
  }

  async json<T>(path: string): Promise<T> {
    const answer = await this.fetch(path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** Reads the account of a hop from the counters of the process, alive or dead. */
  hop(name: string): HopReport | undefined {
    const { values } = readStats(statsPath(this.place.ringDir, 'api'));
    return collectHops([values]).get(name);
  }

  counter(name: string): number {
    return readStats(statsPath(this.place.ringDir, 'api')).values.get(name) ?? 0;
  }
}

export async function startApi(
  place: Place,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<ApiProcess> {
  const started = startProcess({
    script: 'apps/api/src/main.ts',
    env: {
      TICKWIRE_SERVICE: 'api',
      TICKWIRE_RUN_DIR: place.runDir,
      TICKWIRE_RING_DIR: place.ringDir,
      TICKWIRE_DATA_DIR: place.dataDir,
      TICKWIRE_PORT: '0',
      TICKWIRE_API_KEYS: KEY,
      ...env,
    },
  });
  await started.ready();
  const record = findServices(place.runDir).find(({ service }) => service === 'api');
  return new ApiProcess(started, place, Number(record?.info.port));
}

export type StreamMessage = Record<string, unknown> & { seq: number; type: string };

/** A client of the stream that keeps what it got. */
export class TestClient {
  readonly socket: WebSocket;
  readonly messages: StreamMessage[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(url: string, headers: Record<string, string> = { authorization: `Bearer ${KEY}` }) {
    this.socket = new WebSocket(url, { headers, perMessageDeflate: false });
    this.socket.on('message', (data: Buffer) =>
      this.messages.push(JSON.parse(data.toString('utf8')) as StreamMessage),
    );
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) =>
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
  }

  async subscribe(wish: Record<string, unknown>): Promise<void> {
    await waitFor(() => this.socket.readyState === WebSocket.OPEN, { what: 'an open stream' });
    this.socket.send(JSON.stringify({ type: 'subscribe', ...wish }));
    await this.message((one) => one.type === 'ack' && one.id === wish.id);
  }

  message(wanted: (message: StreamMessage) => boolean): Promise<StreamMessage> {
    return waitFor(() => this.messages.find(wanted), { what: 'a message of the stream' });
  }

  /** Items of the data messages of a subscription, in order. */
  items(id: string): Record<string, unknown>[] {
    return this.messages
      .filter((one) => one.id === id && Array.isArray(one.data))
      .flatMap((one) => one.data as Record<string, unknown>[]);
  }
}
