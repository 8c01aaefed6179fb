import type { DatabentoInstrument } from './instruments.ts';
import { VenueTime } from './venue-time.ts';

/** When something happened and to which instrument: what all records of an event share. */
export class EventStamp {
  readonly event: VenueTime;
  readonly recv: VenueTime;
  instrument: DatabentoInstrument;
  /** ns after the opening, venue clock. */
  atNs = 0;
  /** ns from the venue to the capture server. */
  latencyNs = 0;
  /** The venue's number of the message; one for all records of an event. */
  sequence = 0;
  /** A fault: how far the capture server's clock is off, ns. */
  recvOffsetNs = 0;

  constructor(opensAtMs: number, first: DatabentoInstrument) {
    this.event = new VenueTime(opensAtMs);
    this.recv = new VenueTime(opensAtMs);
    this.instrument = first;
  }

  /** Moves to a time. */
  set(atNs: number, latencyNs: number): void {
    this.atNs = atNs;
    this.latencyNs = latencyNs;
    this.event.set(atNs);
    this.recv.set(atNs + latencyNs + this.recvOffsetNs);
  }
}
