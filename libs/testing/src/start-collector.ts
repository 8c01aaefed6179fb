import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TraceStore } from '@tickwire/io-telemetry';
import { whenFinished } from './vitest-hooks.ts';

/** A collector that keeps what OTLP/HTTP exporters send as JSON. */
export async function startCollector(): Promise<{ url: string; store: TraceStore }> {
  // Here: most tests of this library's users have no use for a telemetry SDK.
  const { createTraceStore } = await import('@tickwire/io-telemetry');
  const store = createTraceStore({ tracesMax: 10_000 });
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    store.add(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  whenFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, store };
}
