export { DbnFileError } from './errors.ts';
export type { DbnFileErrorCode } from './errors.ts';
export { decompress } from './decompress.ts';
export { isDbnFile, readDbn } from './read-dbn.ts';
export type { DbnReading } from './read-dbn.ts';
export { DbnFileWriter } from './dbn-file-writer.ts';
export type { DbnFileCounts, DbnFileWriterOptions } from './dbn-file-writer.ts';
