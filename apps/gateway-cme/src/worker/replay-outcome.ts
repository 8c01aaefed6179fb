/** The end of a replay in the ring of packets: one byte for its kind, then its text. */
import type { ReplayOutcome } from '@tickwire/venue-cme';

const KINDS = ['complete', 'refused', 'timeout', 'disconnected'] as const;

export function replayOutcomeBytes({ kind, text = '' }: ReplayOutcome): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return Uint8Array.of(KINDS.indexOf(kind), ...bytes);
}

export function replayOutcome(bytes: Uint8Array): ReplayOutcome {
  const kind = KINDS[bytes[0]!] ?? 'disconnected';
  const text = Buffer.from(bytes.subarray(1)).toString('utf8');
  return text === '' ? { kind } : { kind, text };
}
