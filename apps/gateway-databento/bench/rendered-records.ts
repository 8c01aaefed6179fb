/** Records of the simulator's market, rendered before anything is measured. */
import { SIMULATED_KEY, startDatabentoSimulator } from '@tickwire/sim-databento';
import type { MadeSchema } from '@tickwire/sim-databento';
import { readReplay } from '../test/plain-client.ts';

const EVENTS_PER_SECOND = 1_000_000;
const INSTRUMENTS = 24;
const RECORD_BYTES_MAX = 80;
/** Between two records, so that each has a time of its own. */
const STEP_NS = 100n;
/** The last of them is so long before now: none is of the future. */
const AGE_NS = 1_000_000_000n;
const TS_EVENT_OFFSET = 8;

/**
 * @returns at most `records` records of one schema, in the order of their times.
 */
export async function renderedRecords(rendered: {
  schema: MadeSchema;
  records: number;
  seed: string;
}): Promise<{ bytes: Buffer; records: number }> {
  const { schema, records, seed } = rendered;
  const simulator = await startDatabentoSimulator({
    ...{ seed, schemas: [schema], instruments: INSTRUMENTS, rate: EVENTS_PER_SECOND },
    ...{ historyMs: (records / EVENTS_PER_SECOND) * 1_000, logBytesMax: 2 ** 31 },
  });
  simulator.setRate(0);
  const bytes = Buffer.alloc(records * RECORD_BYTES_MAX);
  let taken = 0;
  let length = 0;
  await readReplay({
    ...{ port: simulator.port, key: SIMULATED_KEY, schemas: [schema] },
    onRecord({ view, offset, length: size }) {
      if (taken === records) return;
      bytes.set(new Uint8Array(view.buffer, view.byteOffset + offset, size), length);
      taken += 1;
      length += size;
    },
  });
  await simulator.close();
  const used = bytes.subarray(0, length);
  stamp(used, taken);
  return { bytes: used, records: taken };
}

function stamp(bytes: Buffer, records: number): void {
  let ns = BigInt(Date.now()) * 1_000_000n - AGE_NS - BigInt(records) * STEP_NS;
  for (let at = 0; at < bytes.length; at += (bytes[at] ?? 0) * 4) {
    bytes.writeBigUInt64LE(ns, at + TS_EVENT_OFFSET);
    ns += STEP_NS;
  }
}
