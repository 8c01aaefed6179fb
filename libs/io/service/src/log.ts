import { pino } from 'pino';

export type Log = pino.Logger;

/** JSON lines on stdout; never per tick. Synchronous, so that a crash keeps its last line. */
export function createLog(options: { service: string; level: string }): Log {
  return pino(
    {
      name: options.service,
      level: options.level,
      base: { service: options.service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 1, sync: true }),
  );
}
