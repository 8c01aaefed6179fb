import { TickwireError } from '@tickwire/core';

/** Codes: `BAD_OPTION`: the message names it. */
export class CmeError extends TickwireError {}

/**
 * Why a packet, or a message of it, was not used: codes of `Mdp3Error` for what does not frame,
 * of `SbeError` for what is no whole message of its template.
 */
export const DAMAGE_REASONS = [
  'TRUNCATED',
  'BAD_SIZE',
  'BLOCK_PAST_END',
  'BLOCK_TOO_SHORT',
  'GROUP_PAST_END',
  'EMPTY_ENTRIES',
  'WRONG_SCHEMA',
  'BAD_MESSAGE',
] as const;
export type DamageReason = (typeof DAMAGE_REASONS)[number];

/** `BAD_MESSAGE` for what has no code of its own. */
export function damageReasonOf(error: unknown): DamageReason {
  const code = error instanceof TickwireError ? error.code : '';
  return DAMAGE_REASONS.find((reason) => reason === code) ?? 'BAD_MESSAGE';
}
