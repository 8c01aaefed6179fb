/**
 * The HTTP side of a simulator: hands requests to whoever answers them, with the delays and errors
 * of the fault specification in between.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Timers } from '@tickwire/core';
import type { FaultLog } from './fault-log.ts';
import type { RestFaultRule } from './fault-plan.ts';
import type { Random } from './random.ts';

export interface HttpQuestion {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly address: string;
  /** ms since the Unix epoch, the venue's clock. */
  readonly nowMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpDoorOptions {
  readonly handle: (question: HttpQuestion) => HttpAnswer;
  /** The rules of now. */
  readonly faults: () => readonly RestFaultRule[];
  /** The vendor's own error of a status. */
  readonly broken: (status: number) => HttpAnswer;
  /** Told of each error that is answered on purpose. */
  readonly onBroken?: (target: string, status: number) => void;
  readonly random: Random;
  readonly log: FaultLog;
  readonly timers: Timers;
  /** ms since the Unix epoch, the venue's clock. */
  readonly venueMs: () => number;
}

/** Largest request body that is read (and ignored: public interfaces need none). */
const BODY_BYTES_MAX = 64 * 1024;

export function createHttpDoor(options: HttpDoorOptions): Server {
  return createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) request.destroy();
    });
    request.on('end', () => serve(options, request, response));
    request.on('error', () => response.destroy());
  });
}

function serve(options: HttpDoorOptions, request: IncomingMessage, response: ServerResponse): void {
  const target = request.url ?? '/';
  let delayMs = 0;
  let broken: HttpAnswer | undefined;
  for (const rule of options.faults()) {
    if (!options.random.chance(rule.probability)) continue;
    options.log.add({
      atMs: options.venueMs(),
      connection: 0,
      fault: rule.fault,
      subject: target,
    });
    delayMs = Math.max(delayMs, rule.delayMs);
    if (rule.fault === 'rest-error') {
      broken = options.broken(rule.status);
      options.onBroken?.(target, rule.status);
    }
  }
  const answer = (): void => {
    if (response.destroyed) return;
    const made =
      broken ??
      options.handle({
        method: request.method ?? 'GET',
        target,
        headers: request.headers,
        address: request.socket.remoteAddress ?? '',
        nowMs: options.venueMs(),
      });
    const length = Buffer.byteLength(made.body);
    response.writeHead(made.status, { ...made.headers, 'content-length': length });
    response.end(made.body);
  };
  // An answer is made when it is sent, so a stalled one is not older than its data says.
  if (delayMs > 0) options.timers.setTimer(delayMs, answer);
  else answer();
}
