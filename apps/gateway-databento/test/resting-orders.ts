/** The orders that rest in each book, by a plain replay of mbo: the oracle of images. */
import { Action, MboRecord, Side } from '@tickwire/wire-dbn';
import { readReplay } from './plain-client.ts';

export interface RestingOrder {
  readonly isBid: boolean;
  /** In 1e-9. */
  readonly price: number;
  readonly size: number;
}

/** By instrument and id of the order. */
export type RestingOrders = ReadonlyMap<number, ReadonlyMap<string, RestingOrder>>;

/** What the records so far have left in the books. */
export async function restingOrders(from: { port: number; key: string }): Promise<RestingOrders> {
  const books = new Map<number, Map<string, RestingOrder>>();
  const record = new MboRecord();
  await readReplay({
    ...{ ...from, schemas: ['mbo'] },
    onRecord({ view, offset }) {
      const { instrumentId } = record.wrap(view, offset);
      const book = books.get(instrumentId) ?? new Map<string, RestingOrder>();
      books.set(instrumentId, book);
      apply(record, book);
    },
  });
  return books;
}

function apply(record: MboRecord, book: Map<string, RestingOrder>): void {
  const { action, side, orderIdHi32, orderIdLo32 } = record;
  const id = `${orderIdHi32}.${orderIdLo32}`;
  const [price, size] = [record.price ?? 0, record.size ?? 0];
  if (action === Action.Clear) book.clear();
  else if (action === Action.Add || action === Action.Modify) {
    book.set(id, { isBid: side === Side.Bid, price, size });
  } else if (action === Action.Cancel) {
    const known = book.get(id);
    const left = (known?.size ?? 0) - size;
    if (known === undefined || left <= 0) book.delete(id);
    else book.set(id, { ...known, size: left });
  }
}
