export { BookSide, LevelChange } from './book-side.ts';
export { BOOK_LEVELS_MAX, PriceBook } from './price-book.ts';
export { BookTrust, InstrumentBook } from './instrument-book.ts';
export type { StatedQuote } from './instrument-book.ts';
export { BookBuilder, BookEvent } from './book-builder.ts';
export type { BookBuilderOptions, BookEntry } from './book-builder.ts';
