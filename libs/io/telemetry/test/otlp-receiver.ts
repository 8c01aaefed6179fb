/** A collector for tests: takes OTLP/HTTP JSON, keeps the traces, refuses when told to. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createTraceStore } from '../src/index.ts';
import type { TraceStore } from '../src/index.ts';

export interface OtlpReceiver {
  readonly url: string;
  readonly store: TraceStore;
  /** Paths and content types of what came. */
  readonly requests: { path: string; type: string }[];
  /** Answered instead of 200 while set. */
  status: number;
  /** Leaves requests without an answer while set. */
  silent: boolean;
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const store = createTraceStore();
  const requests: { path: string; type: string }[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    requests.push({ path: request.url ?? '', type: request.headers['content-type'] ?? '' });
    if (receiver.silent) return;
    if (receiver.status === 200) store.add(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    response.writeHead(receiver.status, { 'content-type': 'application/json' }).end('{}');
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: OtlpReceiver = {
    url: `http://127.0.0.1:${port}`,
    store,
    requests,
    status: 200,
    silent: false,
  };
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return receiver;
}
