import { TickwireError } from '@tickwire/core';

export type UdpErrorCode =
  /** A socket cannot be bound, or a group not joined on that interface. */
  'BAD_LINE';

const HINTS: Readonly<Record<UdpErrorCode, string>> = {
  BAD_LINE: 'give the IPv4 address of an interface of this host (ip -4 addr), and a free port',
};

/** Packets that cannot be had: `code`, and a message that names the line. */
export class UdpError extends TickwireError {
  declare readonly code: UdpErrorCode;

  constructor(code: UdpErrorCode, message: string, { cause }: { cause: unknown }) {
    super(code, message, { hint: HINTS[code], cause });
  }
}
