import type { StampNs } from '@tickwire/core';
import type { RecordPlace } from '@tickwire/wire-dbn';

const TS_EVENT_OFFSET = 8;
const ABSENT = 0xffff_ffff;

/** When a record of DBN was received: `ts_recv`, else `ts_event`, else as the one before. */
export class RecordTime {
  readonly #offsets = new Map<RecordPlace['layout'], number>();

  read({ view, offset, layout }: RecordPlace, into: StampNs): void {
    const at = offset + (this.#offsets.get(layout) ?? this.#add(layout));
    if (this.#take(view, at, into)) return;
    this.#take(view, offset + TS_EVENT_OFFSET, into);
  }

  #take(view: DataView, at: number, into: StampNs): boolean {
    const lo = view.getUint32(at, true);
    const hi = view.getUint32(at + 4, true);
    if ((hi === ABSENT && lo === ABSENT) || (hi === 0 && lo === 0)) return false;
    into.hi = hi;
    into.lo = lo;
    return true;
  }

  #add(layout: RecordPlace['layout']): number {
    const place = layout.fields.find(({ name }) => name === 'ts_recv')?.offset ?? TS_EVENT_OFFSET;
    this.#offsets.set(layout, place);
    return place;
  }
}
