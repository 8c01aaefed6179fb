// The body of `control.<service>.snapshot`.
import type { ControlRefusal } from '@tickwire/io-bus';
import { z } from 'zod';

/** An instrument as a request names it: by its symbol, or by its dense index in the ring. */
export type AskedInstrument = string | number;

export interface SnapshotRequest {
  readonly instruments: readonly AskedInstrument[];
  /** The ring that indexes and positions are of, 16 hexadecimal digits. */
  readonly ringId?: string | undefined;
  /** Position that the asker has read up to. */
  readonly after?: number | undefined;
}

const INSTRUMENTS_MAX = 1_024;
const SYMBOL_CHARS_MAX = 80;
const INDEX_MAX = 65_535;

const schema = z.strictObject({
  instruments: z
    .array(
      z.union([z.string().min(1).max(SYMBOL_CHARS_MAX), z.number().int().min(0).max(INDEX_MAX)]),
    )
    .min(1)
    .max(INSTRUMENTS_MAX),
  ringId: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  after: z.number().int().min(0).optional(),
});

/** What is wrong with the body, or the request in it. */
export function parseSnapshotRequest(
  body: unknown,
): { readonly request: SnapshotRequest } | { readonly refusal: ControlRefusal } {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = (issue?.path ?? []).join('.') || 'body';
    return { refusal: malformed(field, `${field}: ${issue?.message ?? 'not as expected'}`) };
  }
  const request = parsed.data;
  const needsRing =
    request.after !== undefined || request.instruments.some((asked) => typeof asked === 'number');
  if (needsRing && request.ringId === undefined) {
    const message = 'ringId: an index or a position means nothing without its ring';
    return { refusal: malformed('ringId', message) };
  }
  return { request };
}

function malformed(field: string, message: string): ControlRefusal {
  return {
    code: 'MALFORMED',
    message,
    field,
    hint:
      `send {"instruments": [symbol or index, …], "ringId": "16 hex digits", "after": position}, ` +
      `at most ${INSTRUMENTS_MAX} instruments`,
  };
}
