/**
 * The HTTP side of the simulator: hands requests to the REST interface, with the fault kit's delays
 * and errors in between.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Timers } from '@tickwire/core';
import type { FaultLog } from './fault-log.ts';
import type { RestFaultRule } from './faults.ts';
import type { Random } from './random.ts';
import { refused } from './rest-api.ts';
import type { RestAnswer, RestApi } from './rest-api.ts';
import { REST_BROKEN, REST_TOO_MANY } from './vendor-errors.ts';

export interface HttpDoorOptions {
  readonly rest: RestApi;
  readonly faults: readonly RestFaultRule[];
  readonly random: Random;
  readonly log: FaultLog;
  readonly timers: Timers;
  /** ms since the Unix epoch, the venue's clock. */
  readonly venueMs: () => number;
}

/** Largest request body that is read (and ignored: the public interface needs none). */
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
  let broken: RestAnswer | undefined;
  for (const rule of options.faults) {
    if (!options.random.chance(rule.probability)) continue;
    options.log.add({
      atMs: options.venueMs(),
      connection: 0,
      fault: rule.fault,
      subject: target,
    });
    delayMs = Math.max(delayMs, rule.delayMs);
    if (rule.fault === 'rest-error') {
      const refusal = rule.status === 429 ? REST_TOO_MANY : { ...REST_BROKEN, status: rule.status };
      broken = refused(refusal, { 'content-type': 'application/json;charset=UTF-8' });
    }
  }
  const answer = (): void => {
    if (response.destroyed) return;
    const made =
      broken ??
      options.rest.handle({
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
  // A book is made when it is sent, so a stalled answer is not older than its lag says.
  if (delayMs > 0) options.timers.setTimer(delayMs, answer);
  else answer();
}
