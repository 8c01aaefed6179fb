import { HAS_ZSTD } from '@tickwire/io-tcp';
import { DatabentoError } from '@tickwire/venue-databento';
import type { LiveClientOptions } from './live-options.ts';

const START_MAX = 2n ** 64n - 1n;

/** What a session does not look at itself. @throws DatabentoError `BAD_OPTION`. */
export function checkOptions(options: LiveClientOptions): void {
  const { url, queueBytesMax, start, compression } = options;
  if (url !== undefined && !isServer(url)) {
    throw badOption('url', `${JSON.stringify(url).slice(0, 200)} is not tcp://host:port`);
  }
  // Not a number, it would be a bound that nothing reaches.
  if (queueBytesMax !== undefined && !(queueBytesMax > 0)) {
    throw badOption('queueBytesMax', `${queueBytesMax} is no number of bytes`);
  }
  if (start !== undefined && !(typeof start === 'bigint' && start >= 0n && start <= START_MAX)) {
    throw badOption(
      'start',
      `${String(start)} is no bigint of ns since 1970, such as ${START_NOW}`,
    );
  }
  if (compression === 'zstd' && !HAS_ZSTD) {
    throw badOption(
      'compression',
      `Node ${process.versions.node} has no zstd: take 22.15, or none`,
    );
  }
}

const START_NOW = 'BigInt(Date.now()) * 1_000_000n';

function isServer(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port } = new URL(url);
  return protocol === 'tcp:' && hostname !== '' && port !== '';
}

const badOption = (field: string, detail: string): DatabentoError =>
  new DatabentoError('BAD_OPTION', { field, detail });
