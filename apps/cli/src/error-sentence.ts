import { TickwireError } from '@tickwire/core';

/**
 * An error as one line for stderr: what happened and what to do next. The stack is for
 * `TICKWIRE_DEBUG=1` only.
 */
export function errorSentence(error: unknown, debug: boolean): string {
  if (debug && error instanceof Error) return error.stack ?? error.message;
  if (!(error instanceof Error)) return oneLine(String(error));
  const hint = error instanceof TickwireError ? error.hint : undefined;
  const message = endWithStop(capitalised(oneLine(error.message)));
  return hint === undefined ? message : `${message} ${endWithStop(capitalised(oneLine(hint)))}`;
}

/** Exit code of an error: its own when it states one, else 1. */
export function exitCodeOf(error: unknown): number {
  const stated = error instanceof TickwireError && 'exitCode' in error ? error.exitCode : undefined;
  return typeof stated === 'number' ? stated : 1;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}

/** Unless it starts with an option or a name that is written small. */
function capitalised(text: string): string {
  return /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

function endWithStop(text: string): string {
  return /[.!?…`]$/.test(text) ? text : `${text}.`;
}
