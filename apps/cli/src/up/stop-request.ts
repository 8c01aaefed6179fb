/** Signals of a supervisor: the first asks for the ordered end, the second ends at once. */

export interface StopRequest {
  /** Aborted by the first signal, or by `request`. */
  readonly signal: AbortSignal;
  request(): void;
  /** Stops listening. */
  dispose(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function listenForStop(onSecond: () => void): StopRequest {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) onSecond();
    else controller.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    request: () => controller.abort(),
    dispose() {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
