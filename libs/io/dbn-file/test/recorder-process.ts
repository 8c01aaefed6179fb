import { DbnRecorder } from '../src/dbn-recorder.ts';
import type { DbnRecorderOptions } from '../src/dbn-recorder.ts';

/** A recorder of a process of its own, on the clock and the timers of the host. */
export function hostRecorder(onEvent?: DbnRecorderOptions['onEvent']): DbnRecorder {
  return new DbnRecorder({
    ...{ directory: process.argv[2] ?? '', dataset: 'GLBX.MDP3', hasTsOut: false },
    nowMs: Date.now,
    timers: {
      setTimer: (delayMs, run) => setTimeout(run, delayMs),
      clearTimer: (handle) => clearTimeout(handle as NodeJS.Timeout),
    },
    ...(onEvent === undefined ? {} : { onEvent }),
  });
}
