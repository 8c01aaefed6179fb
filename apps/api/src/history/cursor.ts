/** Where a page of history ended: opaque to clients, checked strictly when it comes back. */
import { z } from 'zod';
import { ApiError } from '../errors.ts';

const cursor = z.tuple([
  z.string().regex(/^\d{1,20}$/),
  z.string().regex(/^[0-9a-f]{16}$/),
  z.int().min(0),
]);

/** The last row of a page: its time, then its key. */
export interface Cursor {
  readonly timeNs: string;
  readonly ringId: string;
  readonly position: number;
}

export function writeCursor({ timeNs, ringId, position }: Cursor): string {
  return Buffer.from(JSON.stringify([timeNs, ringId, position])).toString('base64url');
}

/** @throws ApiError `BAD_REQUEST` when it is none of ours. */
export function readCursor(text: string): Cursor {
  try {
    const [timeNs, ringId, position] = cursor.parse(
      JSON.parse(Buffer.from(text, 'base64url').toString('utf8')),
    );
    return { timeNs, ringId, position };
  } catch {
    throw new ApiError('BAD_REQUEST', 'not a cursor of an earlier page', { field: 'cursor' });
  }
}
