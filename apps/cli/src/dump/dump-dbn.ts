/** Files of DBN: metadata, then one line a record. */
import { dbnFile } from '@tickwire/io-capture';
import { DbnFileError, readDbn } from '@tickwire/io-dbn-file';
import type { DbnReading } from '@tickwire/io-dbn-file';
import {
  DbnError,
  SCHEMA_NAMES,
  metadataJson,
  metadataText,
  recordJson,
  recordText,
  schemaRType,
} from '@tickwire/wire-dbn';
import type { DbnDecoder } from '@tickwire/wire-dbn';
import { CliError } from '../errors.ts';
import { countOf } from '../quantity.ts';
import type { DumpJob } from './dump-source.ts';

/** Then nothing of the file could be read, as after a mistake of the user. */
const NO_DBN: ReadonlySet<string> = new Set([
  ...['EMPTY', 'NOT_DBN', 'UNSUPPORTED_VERSION', 'METADATA_TOO_LARGE', 'UNREADABLE'],
]);

/**
 * Dumps a file's records as they are to the job's output, until its end, the limit or the signal.
 * @throws CliError when the file is no DBN, or an option has no meaning for it.
 */
export async function dumpDbn(path: string, job: DumpJob): Promise<void> {
  const lines = new RecordLines(job);
  const reading = openReading(path, job);
  try {
    for await (const records of reading.pieces()) {
      while (!job.output.isFull && records.next()) {
        lines.write(records);
        if (job.output.isDue) await job.output.flush();
      }
      if (job.output.isFull || job.signal.aborted) break;
    }
    lines.metadata(reading.decoder);
  } catch (error) {
    if (!(error instanceof DbnError || error instanceof DbnFileError)) throw error;
    lines.metadata(reading.decoder);
    damaged(path, error, job);
  }
  const { unknown } = reading.decoder.counts;
  if (unknown > 0) job.note(`unknown: ${path}: ${countOf(unknown, 'record')} of rtypes not known`);
  await job.output.flush();
}

function openReading(path: string, { dbn, onProblem }: DumpJob): DbnReading {
  const { version, upgrade } = dbn;
  const isFragment = version !== undefined || dbnFile(path).isFragment;
  return readDbn(path, {
    upgrade: upgrade ? 'upgradeToV3' : 'asIs',
    ...(isFragment ? { fragment: version === undefined ? {} : { version } } : {}),
    onDamaged: ({ code, message }) =>
      onProblem({ source: 'capture', code, message: `${path} ${message}` }),
  });
}

/** Records as JSON or as text; the metadata go before the first. */
class RecordLines {
  readonly #output: DumpJob['output'];
  readonly #json: boolean;
  readonly #rtype: number | undefined;
  #isHeadWritten = false;

  constructor({ output, dbn, schema }: DumpJob) {
    this.#output = output;
    this.#json = dbn.json;
    this.#rtype = schema === undefined ? undefined : rtypeOf(schema);
  }

  /** Writes the metadata if there are some and they have not been written. */
  metadata({ metadata }: DbnDecoder): void {
    if (this.#isHeadWritten || metadata === undefined) return;
    this.#isHeadWritten = true;
    this.#output.line(
      this.#json ? JSON.stringify(metadataJson(metadata)) : `# ${metadataText(metadata)}`,
    );
  }

  write(decoder: DbnDecoder): void {
    this.metadata(decoder);
    if (this.#rtype !== undefined && this.#rtype !== decoder.rtype) return;
    this.#output.line(this.#json ? JSON.stringify(recordJson(decoder)) : recordText(decoder));
  }
}

function rtypeOf(schema: string): number {
  const rtype = schemaRType(SCHEMA_NAMES.findIndex((name) => name === schema));
  if (rtype !== undefined) return rtype;
  throw new CliError('USAGE', `${JSON.stringify(schema)} is no schema of DBN`, {
    hint: `Give one of ${SCHEMA_NAMES.join(', ')}`,
  });
}

function damaged(path: string, error: DbnError | DbnFileError, job: DumpJob): void {
  const { code, message, hint } = error;
  if (!NO_DBN.has(code)) {
    job.onProblem({ source: 'capture', code, message: `${path} ${message}` });
    return;
  }
  throw new CliError('FAILED', `${path} ${message}`, {
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}
