/**
 * Reads files once before anything is sent: which dataset, schemas, instruments and symbols there
 * are, from when to when, and that every record can be read. What is kept is bounded by the
 * instruments and their symbols.
 */
import { readDbn } from '@tickwire/io-dbn-file';
import { SimulatorError } from '@tickwire/sim-kit';
import { DefinitionRecord, RType, STYPE_NAMES, SymbolMappingRecord } from '@tickwire/wire-dbn';
import type { DbnDecoder, DbnMetadata } from '@tickwire/wire-dbn';
import type { FileDataset, FileDefinition, FileMapping, ScannedFile } from './file-dataset.ts';
import { schemaOfRecord } from './file-schema.ts';
import { RecordTimes } from './record-times.ts';

const INSTRUMENTS_MAX = 200_000;
const MAPPINGS_MAX = 1_000_000;
const WORD_BYTES = 4;
const NS_PER_MS = 1e6;
const INSTRUMENT_ID = STYPE_NAMES.indexOf('instrument_id');
const RAW_SYMBOL = STYPE_NAMES.indexOf('raw_symbol');

/** @throws SimulatorError `BAD_OPTION`, its field `files`: which file, and what is wrong there. */
export async function scanFiles(paths: readonly string[]): Promise<FileDataset> {
  const scan = new FileScan();
  for (const path of paths) await scan.add(path);
  return scan.result();
}

class FileScan {
  readonly #times = new RecordTimes(0);
  readonly #files: ScannedFile[] = [];
  readonly #schemas = new Set<number>();
  readonly #indexes = new Map<number, number>();
  readonly #definitions = new Map<number, FileDefinition>();
  readonly #mappings = new Map<string, FileMapping>();
  readonly #definition = new DefinitionRecord();
  readonly #mapping = new SymbolMappingRecord();
  #dataset = '';
  #firstMs = Infinity;
  #lastMs = -Infinity;

  async add(path: string): Promise<void> {
    const reading = readDbn(path, { upgrade: 'upgradeToV3' });
    const file = { firstMs: Infinity, records: 0 };
    try {
      for await (const records of reading.pieces()) {
        while (records.next()) this.#take(records, file);
      }
    } catch (error) {
      throw badFile(path, error instanceof Error ? error.message : String(error));
    }
    const { metadata, counts } = reading.decoder;
    if (metadata !== undefined) this.#takeMetadata(path, metadata);
    if (counts.damaged > 0) throw badFile(path, `${counts.damaged} records have no known length`);
    this.#files.push({ path, ...file });
  }

  result(): FileDataset {
    const records = this.#files.reduce((sum, file) => sum + file.records, 0);
    if (records === 0) throw badFile('all of them', 'there is no record of any schema');
    const names = this.#namesById();
    const instruments = [...this.#indexes].map(([id, index]) => ({
      ...{ index, id, rawSymbol: names.get(id) ?? String(id) },
    }));
    return {
      ...{ dataset: this.#dataset, opensAtMs: this.#firstMs, lastMs: this.#lastMs },
      ...{ files: this.#files, schemas: this.#schemas, instruments, indexes: this.#indexes },
      ...{ mappings: [...this.#mappings.values()], definitions: this.#definitions },
    };
  }

  #take(records: DbnDecoder, file: { firstMs: number; records: number }): void {
    if (records.rtype === RType.SymbolMapping) {
      this.#takeMapping(records);
      return;
    }
    const schema = schemaOfRecord(records.rtype, records.metadata);
    if (schema < 0) return;
    this.#schemas.add(schema);
    file.records += 1;
    const id = records.view.getUint32(records.offset + 4, true);
    if (!this.#indexes.has(id)) this.#list(id);
    const ns = this.#times.nsOf(records);
    if (ns !== undefined) {
      const ms = Math.floor(ns / NS_PER_MS);
      file.firstMs = Math.min(file.firstMs, ms);
      this.#firstMs = Math.min(this.#firstMs, ms);
      this.#lastMs = Math.max(this.#lastMs, ms);
    }
    if (records.rtype === RType.Definition) this.#takeDefinition(records, id);
  }

  #list(id: number): void {
    if (this.#indexes.size >= INSTRUMENTS_MAX) {
      throw new RangeError(`more than ${INSTRUMENTS_MAX} instruments`);
    }
    this.#indexes.set(id, this.#indexes.size);
  }

  #takeDefinition({ view, offset, layout }: DbnDecoder, id: number): void {
    const { rawSymbol, asset, instrumentClass } = this.#definition.wrap(view, offset);
    const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, layout.bytes).slice();
    bytes[0] = layout.bytes / WORD_BYTES;
    const kind = String.fromCharCode(instrumentClass);
    this.#definitions.set(id, { bytes, rawSymbol, asset, instrumentClass: kind });
  }

  /** Of a recorded session: which instrument the client's symbol was. */
  #takeMapping({ view, offset }: DbnDecoder): void {
    const record = this.#mapping.wrap(view, offset);
    const id = record.instrumentId;
    const [startNs, endNs] = [record.startTsBigInt ?? 0n, record.endTsBigInt ?? 0n];
    const stypeIn = record.stypeIn ?? RAW_SYMBOL;
    this.#map({ stypeIn, symbol: record.stypeInSymbol, id, startNs, endNs });
    this.#map({ stypeIn: RAW_SYMBOL, symbol: record.stypeOutSymbol, id, startNs, endNs });
  }

  #takeMetadata(path: string, metadata: DbnMetadata): void {
    if (this.#dataset !== '' && metadata.dataset !== this.#dataset) {
      throw badFile(path, `of ${metadata.dataset}, those before of ${this.#dataset}`);
    }
    this.#dataset = metadata.dataset;
    if (metadata.stypeOut !== INSTRUMENT_ID) return;
    for (const { rawSymbol, intervals } of metadata.mappings) {
      for (const { startDate, endDate, symbol } of intervals) {
        const id = Number(symbol);
        if (symbol === '' || !Number.isInteger(id)) continue;
        const [startNs, endNs] = [dateNs(startDate), dateNs(endDate)];
        this.#map({ stypeIn: metadata.stypeIn, symbol: rawSymbol, id, startNs, endNs });
      }
    }
  }

  #map(mapping: FileMapping): void {
    if (mapping.symbol === '') return;
    const key = `${mapping.stypeIn}/${mapping.symbol}/${mapping.id}/${mapping.startNs}`;
    if (this.#mappings.size >= MAPPINGS_MAX && !this.#mappings.has(key)) {
      throw new SimulatorError('BAD_OPTION', 'files', `more than ${MAPPINGS_MAX} mappings`);
    }
    this.#mappings.set(key, mapping);
  }

  #namesById(): ReadonlyMap<number, string> {
    const names = new Map<number, string>();
    for (const { stypeIn, symbol, id } of this.#mappings.values()) {
      if (stypeIn === RAW_SYMBOL) names.set(id, symbol);
    }
    for (const [id, { rawSymbol }] of this.#definitions) names.set(id, rawSymbol);
    return names;
  }
}

/** @param date - A day, UTC, as 20201228. */
function dateNs(date: number): bigint {
  const [year, month, day] = [Math.floor(date / 1e4), Math.floor(date / 100) % 100, date % 100];
  return BigInt(Date.UTC(year, month - 1, day)) * 1_000_000n;
}

function badFile(path: string, detail: string): SimulatorError {
  return new SimulatorError('BAD_OPTION', 'files', `${path}: ${detail}`);
}
