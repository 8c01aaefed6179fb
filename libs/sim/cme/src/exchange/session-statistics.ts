/** Open, high, low and volume of an instrument's session, its settlement and limits. In ticks. */
export class SessionStatistics {
  openTicks: number | undefined;
  highTicks: number | undefined;
  lowTicks: number | undefined;
  highBidTicks: number | undefined;
  lowOfferTicks: number | undefined;
  volume = 0;
  settlementTicks: number | undefined;
  openInterest: number | undefined;
  clearedVolume: number | undefined;
  limits: { readonly lowTicks: number; readonly highTicks: number } | undefined;

  /** A new week: nothing has happened yet. */
  clear(): void {
    this.openTicks = undefined;
    this.highTicks = undefined;
    this.lowTicks = undefined;
    this.highBidTicks = undefined;
    this.lowOfferTicks = undefined;
    this.volume = 0;
    this.settlementTicks = undefined;
    this.openInterest = undefined;
    this.clearedVolume = undefined;
    this.limits = undefined;
  }
}
