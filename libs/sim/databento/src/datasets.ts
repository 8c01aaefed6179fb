/** What sessions have in common, of a seeded market and of one from files. */
import { DATASET_DEFAULT } from './options.ts';
import type { DatabentoSimulatorOptions } from './options.ts';
import type { FileDataset } from './files/file-dataset.ts';
import { FileSymbology } from './files/file-symbology.ts';
import { simulatedInstruments } from './instruments.ts';
import type { DatabentoInstrument } from './instruments.ts';
import { SeededDbnMarket } from './market.ts';
import type { RecordLog } from './record-log.ts';
import { MADE_SCHEMAS, schemaCode } from './schema-codes.ts';
import type { SharedDataset } from './session-subscriptions.ts';
import { Symbology } from './symbology.ts';

export interface SeededDataset extends SharedDataset {
  readonly instruments: readonly DatabentoInstrument[];
  readonly market: SeededDbnMarket;
}

export function seededDataset(of: {
  readonly options: DatabentoSimulatorOptions;
  readonly log: RecordLog;
  readonly opensAtMs: number;
}): SeededDataset {
  const { options, log, opensAtMs } = of;
  const { seed = '1', dataset = DATASET_DEFAULT, rate = 500, onEvent } = options;
  const instruments = simulatedInstruments({ count: options.instruments ?? 8, opensAtMs });
  const made = new Set(options.schemas ?? MADE_SCHEMAS);
  const market = new SeededDbnMarket({
    ...{ seed, instruments, opensAtMs, rate, schemas: made, log },
    ...(onEvent === undefined ? {} : { onEvent }),
  });
  return {
    ...{ dataset, opensAtMs, instruments, market, log, symbology: new Symbology(instruments) },
    schemas: new Set([...made].map(schemaCode)),
    definition(index, notices) {
      const instrument = instruments[index];
      return instrument === undefined ? undefined : notices.definition(instrument);
    },
    snapshot(index, notices) {
      const instrument = instruments[index];
      if (instrument === undefined) return [];
      const [book, sequence] = [market.book(index), market.sequence(index)];
      return notices.snapshot({ instrument, book, sequence });
    },
  };
}

export function fileDataset(files: FileDataset, log: RecordLog): SharedDataset {
  const { dataset, opensAtMs, instruments, schemas, definitions } = files;
  return {
    ...{ dataset, opensAtMs, instruments, schemas, log, symbology: new FileSymbology(files) },
    definition(index, notices) {
      const definition = definitions.get(instruments[index]?.id ?? -1);
      return definition === undefined ? undefined : notices.copiedDefinition(definition.bytes);
    },
    snapshot: undefined,
  };
}
