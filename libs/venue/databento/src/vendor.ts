/** Name of the vendor in directory entries and ledgers. */
export const VENDOR = 'databento';
