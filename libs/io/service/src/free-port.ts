/** Ports tried in a row. */
const PORTS_TRIED = 20;
const PORT_MAX = 65_535;

/**
 * Starts a server on `port`, or on the next one that is free; 0 lets the host choose.
 * @param start - Must throw an error with code `EADDRINUSE` or `PORT_BUSY` when the port is taken.
 * @throws The error of `start` when it is another one, or when 20 ports in a row are taken.
 */
export async function startOnFreePort<T>(
  port: number,
  start: (port: number) => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    const candidate = port === 0 ? 0 : port + tried - 1;
    try {
      return await start(candidate);
    } catch (error) {
      const busy = isPortBusy(error) && port !== 0;
      if (!busy || tried >= PORTS_TRIED || candidate >= PORT_MAX) throw error;
    }
  }
}

const isPortBusy = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'EADDRINUSE' || error.code === 'PORT_BUSY');
