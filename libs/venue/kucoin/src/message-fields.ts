/** The fields of KuCoin's messages and answers that are read, each with a slot of its own. */
import { JsonFields } from '@tickwire/wire-json';

export const MESSAGE_FIELDS = new JsonFields([
  'type',
  'topic',
  'subject',
  'data',
  'id',
  'code',
  'data.sequence',
  'data.sequenceStart',
  'data.sequenceEnd',
  'data.symbol',
  'data.changes',
  'data.time',
  'data.Time',
  'data.timestamp',
  'data.bestBid',
  'data.bestBidSize',
  'data.bestAsk',
  'data.bestAskSize',
  'data.price',
  'data.size',
  'data.side',
  'data.tradeId',
  'data.asks',
  'data.bids',
  'data.changes.asks',
  'data.changes.bids',
]);
export const FIELD_COUNT = MESSAGE_FIELDS.count;
export type FieldName = (typeof MESSAGE_FIELDS.names)[number];

export const slotOf = (field: FieldName): number => MESSAGE_FIELDS.slotOf(field);
