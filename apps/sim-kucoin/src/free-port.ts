const PORTS_TRIED = 20;

/**
 * Starts on a port, or on the next one that is free; 0 lets the host choose.
 *
 * @throws The error of `start` when it is not `EADDRINUSE`, or when 20 ports in a row are taken.
 */
export async function startOnFreePort<T>(
  port: number,
  start: (port: number) => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await start(port === 0 ? 0 : port + tried - 1);
    } catch (error) {
      const busy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!busy || tried >= PORTS_TRIED) throw error;
    }
  }
}
