import { RingError } from './errors.ts';
import { RingMode, RingState, isPosition } from './header.ts';
import type { RingHeader } from './header.ts';

/** `oldest` that is still there, `latest` = only what comes, or a position (moved into range). */
export type StartFrom = 'oldest' | 'latest' | { readonly position: number };

/**
 * Part of a live ring that a late reader leaves to the writer: its very oldest slots are gone
 * before they are copied, and attaching should not by itself be a gap.
 */
const MARGIN_SHARE = 1 / 16;

/**
 * Where a reader that attaches now begins.
 * @throws RingError `BAD_CURSORS` when the position asked for is none: a bug of the caller.
 */
export function startPosition(
  from: StartFrom,
  ring: { readonly header: RingHeader; readonly published: number; readonly claimed: number },
): number {
  const { header, published, claimed } = ring;
  const { slotCount } = header.plan;
  if (from === 'latest') return published;
  const wrapped = claimed - header.firstPosition > slotCount;
  const overwriting = header.state === RingState.Open && header.mode === RingMode.Live;
  const margin = overwriting ? Math.floor(slotCount * MARGIN_SHARE) : 0;
  const oldest = wrapped ? Math.min(claimed - slotCount + margin, published) : header.firstPosition;
  if (from === 'oldest') return oldest;
  if (!isPosition(from.position)) {
    throw new RingError('BAD_CURSORS', `no position: ${from.position}`, { field: 'position' });
  }
  return Math.min(Math.max(from.position, oldest), published);
}
