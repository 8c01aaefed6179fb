/** Name of the vendor in directory entries and ledgers. */
export const VENDOR = 'kucoin';
/** `publisher` of all ticks: the spot market. */
export const PUBLISHER_SPOT = 1;
