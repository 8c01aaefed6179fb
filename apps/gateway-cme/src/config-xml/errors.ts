import { TickwireError } from '@tickwire/core';

/** Codes of `ConfigXmlError`, each with what to do about it. */
const HINTS = {
  UNREADABLE: 'check the path and its permissions',
  TOO_LARGE: 'give the config.xml of MDP 3.0: that of all channels has a few hundred KiB',
  BAD_XML: 'fetch the file again: it is cut or not well-formed',
  HOSTILE_XML: 'a config.xml needs no DOCTYPE and no entities: remove them',
  NOT_A_CONFIG: 'give the config.xml of MDP 3.0: its root is <configuration>',
  MISSING: 'add what the message names, or fetch the file again',
  BAD_VALUE: 'correct the value that the message names',
  DUPLICATE: 'remove one of the two',
  UNKNOWN_CHANNEL: 'give ids of channels that the file has',
  NO_FEED: 'give a channel that has the feed, on a line that is not left out',
} as const;

export type ConfigXmlErrorCode = keyof typeof HINTS;

/** A config.xml that cannot be used: `code`, a message that names element and line, what to do. */
export class ConfigXmlError extends TickwireError {
  declare readonly code: ConfigXmlErrorCode;
  /** Counts from 1; undefined when no line is at fault. */
  readonly line: number | undefined;

  constructor(
    code: ConfigXmlErrorCode,
    detail: string,
    at: { readonly line?: number; readonly cause?: unknown } = {},
  ) {
    const place = at.line === undefined ? '' : `line ${at.line}: `;
    super(code, place + detail, {
      hint: HINTS[code],
      ...(at.cause === undefined ? {} : { cause: at.cause }),
    });
    this.line = at.line;
  }
}
