/** What a gateway answers to `control.<service>.snapshot`. */
import { z } from 'zod';

const instrument = z.union([z.string(), z.number()]);

const served = z.object({
  ok: z.literal(true),
  written: z.array(z.object({ instrument, position: z.number() })),
  queued: z.array(instrument),
  refused: z.array(z.object({ instrument, code: z.string() })),
});
const refused = z.object({ ok: z.literal(false), code: z.string() });
const answer = z.discriminatedUnion('ok', [served, refused]);

export type SnapshotAnswer = z.infer<typeof answer>;

/** Bytes that are no such answer, from whoever answered, are a refusal `BAD_ANSWER`. */
export function readSnapshotAnswer(bytes: Uint8Array): SnapshotAnswer {
  try {
    return answer.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return { ok: false, code: 'BAD_ANSWER' };
  }
}
