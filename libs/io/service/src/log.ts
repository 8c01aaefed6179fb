import { pino } from 'pino';

export type Log = pino.Logger;

/** Keys whose values are nobody's business, wherever an object that is logged has them. */
const SECRETS = [
  'authorization',
  'cookie',
  'kucoinApiKey',
  'kucoinApiPassphrase',
  'kucoinApiSecret',
  'passphrase',
  'password',
  'secret',
  'token',
];
/** Keys whose values are addresses, which may have a user and a password in them. */
const ADDRESSES = ['natsUrl', 'otlpUrl', 'servers', 'url'];
const PLACES = ['', '*.', '*.*.'];

/** JSON lines on stdout; never per tick. Synchronous, so that a crash keeps its last line. */
export function createLog(options: {
  service: string;
  level: string;
  /** Standard output by default. */
  destination?: pino.DestinationStream;
}): Log {
  return pino(
    {
      name: options.service,
      level: options.level,
      base: { service: options.service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [...SECRETS, ...ADDRESSES].flatMap((key) => PLACES.map((place) => place + key)),
        censor: (value, path) =>
          ADDRESSES.includes(path.at(-1) ?? '') ? withoutUser(value) : '[hidden]',
      },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** `nats://user:password@host` → `nats://host`. */
function withoutUser(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/(?<=:\/\/)[^/@\s]*@/g, '') : value;
}
