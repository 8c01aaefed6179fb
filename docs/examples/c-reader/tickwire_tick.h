/*
 * tickwire_tick.h: the layout of one tick, version 1: 64 bytes,
 * little-endian, every field on its natural alignment. Made from libs/wire/tick/schema/tick.xml by
 * tools/tick-schema/run.ts: change that one. The same as a table: docs/reference/tick.md.
 *
 * A price is mantissa x 10^price_exp of the instrument's directory entry. An int64_t is an integer
 * within +-(2^53 - 1), or TW_ABSENT.
 */
#ifndef TICKWIRE_TICK_H
#define TICKWIRE_TICK_H

#include <stddef.h>
#include <stdint.h>

#define TW_TICK_LAYOUT_VERSION 1
#define TW_TICK_BYTES 64
#define TW_TICK_PAYLOAD_OFFSET 32

/* A price, size or the like that is not there. */
#define TW_ABSENT INT64_C(9223372036854775807)
/* A time that is not known, and a count. */
#define TW_ABSENT_TS UINT64_C(18446744073709551615)
#define TW_UNKNOWN_COUNT UINT64_C(18446744073709551615)
/* The instrument index that stands for the whole channel or ring. */
#define TW_INSTRUMENT_ALL UINT32_C(4294967295)

/* Of `side_action`. */
#define TW_SIDE_MASK 15
#define TW_ACTION_SHIFT 4

/* What a tick's payload is. 0 is no kind: zeroed memory is not a tick. */
enum tw_kind {
  TW_KIND_TRADE = 1,
  TW_KIND_QUOTE = 2,
  TW_KIND_QUOTE_EXT = 3,
  TW_KIND_LEVEL = 4,
  TW_KIND_ORDER = 5,
  TW_KIND_CLEAR = 6,
  TW_KIND_MARK = 7,
  TW_KIND_STAT = 8,
  TW_KIND_STATUS = 9,
  TW_KIND_IMBALANCE = 10,
  TW_KIND_BAR_PRICE = 11,
  TW_KIND_BAR_VOLUME = 12,
  TW_KIND_STREAM = 13,
  TW_KIND_CLOCK = 14,
  TW_KIND_PAD = 255
};

/* NULL for a value without a name. */
static inline const char *tw_kind_name(uint8_t value) {
  switch (value) {
    case TW_KIND_TRADE:
      return "TRADE";
    case TW_KIND_QUOTE:
      return "QUOTE";
    case TW_KIND_QUOTE_EXT:
      return "QUOTE_EXT";
    case TW_KIND_LEVEL:
      return "LEVEL";
    case TW_KIND_ORDER:
      return "ORDER";
    case TW_KIND_CLEAR:
      return "CLEAR";
    case TW_KIND_MARK:
      return "MARK";
    case TW_KIND_STAT:
      return "STAT";
    case TW_KIND_STATUS:
      return "STATUS";
    case TW_KIND_IMBALANCE:
      return "IMBALANCE";
    case TW_KIND_BAR_PRICE:
      return "BAR_PRICE";
    case TW_KIND_BAR_VOLUME:
      return "BAR_VOLUME";
    case TW_KIND_STREAM:
      return "STREAM";
    case TW_KIND_CLOCK:
      return "CLOCK";
    case TW_KIND_PAD:
      return "PAD";
    default:
      return NULL;
  }
}

/* Low nibble of `sideAction`. For trades the aggressor's side. */
enum tw_side {
  TW_SIDE_NONE = 0,
  TW_SIDE_BID = 1,
  TW_SIDE_ASK = 2
};

/* NULL for a value without a name. */
static inline const char *tw_side_name(uint8_t value) {
  switch (value) {
    case TW_SIDE_NONE:
      return "NONE";
    case TW_SIDE_BID:
      return "BID";
    case TW_SIDE_ASK:
      return "ASK";
    default:
      return NULL;
  }
}

/* High nibble of `sideAction`. */
enum tw_action {
  TW_ACTION_NONE = 0,
  TW_ACTION_ADD = 1,
  TW_ACTION_MODIFY = 2,
  TW_ACTION_DELETE = 3,
  TW_ACTION_CLEAR = 4,
  TW_ACTION_TRADE = 5,
  TW_ACTION_FILL = 6,
  TW_ACTION_CANCEL = 7,
  TW_ACTION_CORRECT = 8
};

/* NULL for a value without a name. */
static inline const char *tw_action_name(uint8_t value) {
  switch (value) {
    case TW_ACTION_NONE:
      return "NONE";
    case TW_ACTION_ADD:
      return "ADD";
    case TW_ACTION_MODIFY:
      return "MODIFY";
    case TW_ACTION_DELETE:
      return "DELETE";
    case TW_ACTION_CLEAR:
      return "CLEAR";
    case TW_ACTION_TRADE:
      return "TRADE";
    case TW_ACTION_FILL:
      return "FILL";
    case TW_ACTION_CANCEL:
      return "CANCEL";
    case TW_ACTION_CORRECT:
      return "CORRECT";
    default:
      return NULL;
  }
}

/* Bits of `flags`. */
enum tw_flag {
  TW_FLAG_LAST = 0x0001,
  TW_FLAG_EVENT_END = 0x0002,
  TW_FLAG_SNAPSHOT = 0x0004,
  TW_FLAG_REPLAYED = 0x0008,
  TW_FLAG_GAP_BEFORE = 0x0010,
  TW_FLAG_STALE = 0x0020,
  TW_FLAG_SUSPECT_BOOK = 0x0040,
  TW_FLAG_SAMPLED = 0x0080,
  TW_FLAG_BAD_TS = 0x0100,
  TW_FLAG_IMPLIED = 0x0200,
  TW_FLAG_CROSSED = 0x0400,
  TW_FLAG_MORE_CONDITIONS = 0x0800,
  TW_FLAG_SIMULATED = 0x1000
};

/* NULL for what is no such bit. */
static inline const char *tw_flag_name(uint16_t bit) {
  switch (bit) {
    case TW_FLAG_LAST:
      return "LAST";
    case TW_FLAG_EVENT_END:
      return "EVENT_END";
    case TW_FLAG_SNAPSHOT:
      return "SNAPSHOT";
    case TW_FLAG_REPLAYED:
      return "REPLAYED";
    case TW_FLAG_GAP_BEFORE:
      return "GAP_BEFORE";
    case TW_FLAG_STALE:
      return "STALE";
    case TW_FLAG_SUSPECT_BOOK:
      return "SUSPECT_BOOK";
    case TW_FLAG_SAMPLED:
      return "SAMPLED";
    case TW_FLAG_BAD_TS:
      return "BAD_TS";
    case TW_FLAG_IMPLIED:
      return "IMPLIED";
    case TW_FLAG_CROSSED:
      return "CROSSED";
    case TW_FLAG_MORE_CONDITIONS:
      return "MORE_CONDITIONS";
    case TW_FLAG_SIMULATED:
      return "SIMULATED";
    default:
      return NULL;
  }
}

/* Bits of a bar's own `flags` (BAR_VOLUME). */
enum tw_bar_flag {
  TW_BAR_FLAG_TURNOVER_SCALE_MASK = 0x000f,
  TW_BAR_FLAG_PARTIAL = 0x0010,
  TW_BAR_FLAG_CLOSED_BY_CLOCK = 0x0020,
  TW_BAR_FLAG_NO_TRADES = 0x0040
};

/* NULL for what is no such bit. */
static inline const char *tw_bar_flag_name(uint16_t bit) {
  switch (bit) {
    case TW_BAR_FLAG_PARTIAL:
      return "PARTIAL";
    case TW_BAR_FLAG_CLOSED_BY_CLOCK:
      return "CLOSED_BY_CLOCK";
    case TW_BAR_FLAG_NO_TRADES:
      return "NO_TRADES";
    default:
      return NULL;
  }
}

/* States of a stream, per instrument or channel. */
enum tw_stream_state {
  TW_STREAM_STATE_UNKNOWN = 0,
  TW_STREAM_STATE_LIVE = 1,
  TW_STREAM_STATE_RECOVERING = 2,
  TW_STREAM_STATE_GAP = 3,
  TW_STREAM_STATE_STALE = 4,
  TW_STREAM_STATE_CLOSED = 5,
  TW_STREAM_STATE_REPLAYED = 6,
  TW_STREAM_STATE_SIMULATED = 7
};

/* NULL for a value without a name. */
static inline const char *tw_stream_state_name(uint8_t value) {
  switch (value) {
    case TW_STREAM_STATE_UNKNOWN:
      return "UNKNOWN";
    case TW_STREAM_STATE_LIVE:
      return "LIVE";
    case TW_STREAM_STATE_RECOVERING:
      return "RECOVERING";
    case TW_STREAM_STATE_GAP:
      return "GAP";
    case TW_STREAM_STATE_STALE:
      return "STALE";
    case TW_STREAM_STATE_CLOSED:
      return "CLOSED";
    case TW_STREAM_STATE_REPLAYED:
      return "REPLAYED";
    case TW_STREAM_STATE_SIMULATED:
      return "SIMULATED";
    default:
      return NULL;
  }
}

/* Why a stream changed its state. */
enum tw_stream_reason {
  TW_STREAM_REASON_NONE = 0,
  TW_STREAM_REASON_STARTED = 1,
  TW_STREAM_REASON_CONNECTED = 2,
  TW_STREAM_REASON_DISCONNECTED = 3,
  TW_STREAM_REASON_SEQUENCE_GAP = 4,
  TW_STREAM_REASON_SNAPSHOT_LOADED = 5,
  TW_STREAM_REASON_HEARTBEAT_MISSED = 6,
  TW_STREAM_REASON_WRITER_RESTARTED = 7,
  TW_STREAM_REASON_WALL_CLOCK_STEP = 8,
  TW_STREAM_REASON_STOPPED = 9,
  TW_STREAM_REASON_QUIET = 10,
  TW_STREAM_REASON_SUBSCRIPTION_REFUSED = 11,
  TW_STREAM_REASON_OVERFLOW = 12,
  TW_STREAM_REASON_SOURCE_ENDED = 13,
  TW_STREAM_REASON_MOVED_OUT = 14,
  TW_STREAM_REASON_MOVED_IN = 15
};

/* NULL for a value without a name. */
static inline const char *tw_stream_reason_name(uint8_t value) {
  switch (value) {
    case TW_STREAM_REASON_NONE:
      return "NONE";
    case TW_STREAM_REASON_STARTED:
      return "STARTED";
    case TW_STREAM_REASON_CONNECTED:
      return "CONNECTED";
    case TW_STREAM_REASON_DISCONNECTED:
      return "DISCONNECTED";
    case TW_STREAM_REASON_SEQUENCE_GAP:
      return "SEQUENCE_GAP";
    case TW_STREAM_REASON_SNAPSHOT_LOADED:
      return "SNAPSHOT_LOADED";
    case TW_STREAM_REASON_HEARTBEAT_MISSED:
      return "HEARTBEAT_MISSED";
    case TW_STREAM_REASON_WRITER_RESTARTED:
      return "WRITER_RESTARTED";
    case TW_STREAM_REASON_WALL_CLOCK_STEP:
      return "WALL_CLOCK_STEP";
    case TW_STREAM_REASON_STOPPED:
      return "STOPPED";
    case TW_STREAM_REASON_QUIET:
      return "QUIET";
    case TW_STREAM_REASON_SUBSCRIPTION_REFUSED:
      return "SUBSCRIPTION_REFUSED";
    case TW_STREAM_REASON_OVERFLOW:
      return "OVERFLOW";
    case TW_STREAM_REASON_SOURCE_ENDED:
      return "SOURCE_ENDED";
    case TW_STREAM_REASON_MOVED_OUT:
      return "MOVED_OUT";
    case TW_STREAM_REASON_MOVED_IN:
      return "MOVED_IN";
    default:
      return NULL;
  }
}

/* What a STREAM tick speaks of. */
enum tw_stream_scope {
  TW_STREAM_SCOPE_INSTRUMENT = 0,
  TW_STREAM_SCOPE_CHANNEL = 1,
  TW_STREAM_SCOPE_RING = 2
};

/* NULL for a value without a name. */
static inline const char *tw_stream_scope_name(uint8_t value) {
  switch (value) {
    case TW_STREAM_SCOPE_INSTRUMENT:
      return "INSTRUMENT";
    case TW_STREAM_SCOPE_CHANNEL:
      return "CHANNEL";
    case TW_STREAM_SCOPE_RING:
      return "RING";
    default:
      return NULL;
  }
}

/* TRADE. A trade, or its cancellation or correction. */
struct tw_trade {
  int64_t price; /* at priceExp */
  int64_t size; /* at sizeExp */
  uint64_t trade_id; /* the venue's */
  uint8_t conditions[4]; /* codes of the vendor */
  uint8_t reserved_60[4];
};

/* QUOTE. Best bid and offer. */
struct tw_quote {
  int64_t bid_price; /* at priceExp */
  int64_t ask_price; /* at priceExp */
  int64_t bid_size; /* at sizeExp */
  int64_t ask_size; /* at sizeExp */
};

/* QUOTE_EXT. What a QUOTE has no room for; right behind it, in the same event. */
struct tw_quote_ext {
  uint32_t bid_orders; /* orders at the best bid */
  uint32_t ask_orders; /* orders at the best offer */
  uint16_t bid_publisher; /* publisher of the best bid */
  uint16_t ask_publisher; /* publisher of the best offer */
  uint8_t conditions[4]; /* codes of the vendor */
  uint8_t reserved_48[16];
};

/* LEVEL. The size at one price of a book. */
struct tw_level {
  int64_t price; /* at priceExp */
  int64_t size; /* at sizeExp, absolute at that price; 0 = gone */
  uint32_t order_count; /* orders at that price */
  uint16_t level; /* place in the book, for information */
  uint8_t reserved_54[10];
};

/* ORDER. One order of a book. */
struct tw_order {
  int64_t price; /* at priceExp */
  int64_t size; /* at sizeExp */
  uint64_t order_id; /* the venue's */
  uint64_t priority; /* the venue's */
};

/* CLEAR. The book is empty from here on. */
struct tw_clear {
  uint64_t full_sequence; /* the venue's sequence, all of it */
  uint8_t reserved_40[24];
};

/* MARK. Mark and index price, and funding. */
struct tw_mark {
  int64_t mark_price; /* at markExp */
  int64_t index_price; /* at markExp */
  int64_t funding_rate_e12; /* 1e-12 */
  uint64_t next_funding_ts; /* ns since the Unix epoch */
};

/* STAT. A statistic of the venue. */
struct tw_stat {
  int64_t value; /* at priceExp */
  int64_t quantity; /* at sizeExp */
  uint64_t reference_ts; /* ns since the Unix epoch */
  uint16_t statistic; /* code of the vendor */
  uint8_t reserved_58[6];
};

/* STATUS. Trading state of an instrument. */
struct tw_status {
  uint8_t trading_state; /* code of the vendor */
  uint8_t status_reason; /* code of the vendor */
  uint8_t session; /* code of the vendor */
  uint8_t halt_resume; /* code of the vendor */
  uint8_t reserved_36[4];
  int64_t limit_low; /* at priceExp */
  int64_t limit_high; /* at priceExp */
  uint8_t reserved_56[8];
};

/* IMBALANCE. Imbalance of an auction; its side is in the header. */
struct tw_imbalance {
  int64_t reference_price; /* at priceExp */
  int64_t paired; /* at sizeExp */
  int64_t imbalance; /* at sizeExp */
  uint8_t auction_type; /* code of the vendor */
  uint8_t reserved_57[7];
};

/* BAR_PRICE. The prices of a bar, right before its BAR_VOLUME; tsEvent is its start. */
struct tw_bar_price {
  int64_t open; /* at priceExp */
  int64_t high; /* at priceExp */
  int64_t low; /* at priceExp */
  int64_t close; /* at priceExp */
};

/* BAR_VOLUME. The volumes of a bar; tsEvent is its start. */
struct tw_bar_volume {
  int64_t volume; /* at sizeExp */
  int64_t turnover; /* at priceExp + sizeExp + the scale of barFlags */
  uint32_t trades; /* trades in the interval */
  uint32_t interval_ms; /* ms */
  uint16_t coverage_e4; /* share of the interval in which the feed was live, 1e-4 */
  uint16_t revision; /* 0 first, then one more for each correction */
  uint16_t bar_flags; /* low four bits scale of the turnover, above them BarFlag */
  uint8_t reserved_62[2];
};

/* STREAM. A stream changed its state, or something is missing; tsEvent is the end of it. */
struct tw_stream {
  /* first missing sequence; of MOVED_OUT and MOVED_IN the other tick's position */
  uint64_t first_missing;
  uint64_t missing_count; /* how many; of MOVED_OUT and MOVED_IN the other ring's id */
  uint64_t from_ts; /* ns since the Unix epoch, the beginning of it */
  uint8_t state; /* from now on */
  uint8_t previous_state; /* until now */
  uint8_t reason; /* why */
  uint8_t scope; /* what it speaks of */
  uint32_t ledger_id; /* entry of the gap ledger */
};

/* One tick; `kind` says which member of the union is there. CLOCK and PAD have none. */
struct tw_tick {
  uint64_t ts_event; /* ns since the Unix epoch, the venue's clock; all ones = absent */
  uint64_t ts_recv; /* ns since the Unix epoch, the gateway host's clock */
  /* dense index into its ring's directory; all ones = the whole channel or ring */
  uint32_t instrument;
  uint32_t sequence; /* low 32 bits of the venue's sequence */
  /* tsRecv to publication, ns: 12-bit mantissa above a 4-bit exponent, saturates at 134,184,960 */
  uint16_t publish_delta;
  uint16_t publisher; /* publisher or exchange within the vendor */
  uint8_t kind; /* what the payload is */
  uint8_t side_action; /* low nibble Side, high nibble Action */
  uint16_t flags; /* TickFlag bits */
  union {
    struct tw_trade trade;
    struct tw_quote quote;
    struct tw_quote_ext quote_ext;
    struct tw_level level;
    struct tw_order order;
    struct tw_clear clear;
    struct tw_mark mark;
    struct tw_stat stat;
    struct tw_status status;
    struct tw_imbalance imbalance;
    struct tw_bar_price bar_price;
    struct tw_bar_volume bar_volume;
    struct tw_stream stream;
    uint8_t payload[32];
  };
};

/* An enum tw_side. For trades the aggressor's. */
static inline uint8_t tw_tick_side(const struct tw_tick *tick) {
  return tick->side_action & TW_SIDE_MASK;
}

/* An enum tw_action. */
static inline uint8_t tw_tick_action(const struct tw_tick *tick) {
  return tick->side_action >> TW_ACTION_SHIFT;
}

/* The compiler has put everything where the layout has it. */
#define TW_TICK_PLACE(field, offset) \
  _Static_assert(offsetof(struct tw_tick, field) == (offset), #field)
_Static_assert(sizeof(struct tw_tick) == 64, "a tick");
TW_TICK_PLACE(ts_event, 0);
TW_TICK_PLACE(ts_recv, 8);
TW_TICK_PLACE(instrument, 16);
TW_TICK_PLACE(sequence, 20);
TW_TICK_PLACE(publish_delta, 24);
TW_TICK_PLACE(publisher, 26);
TW_TICK_PLACE(kind, 28);
TW_TICK_PLACE(side_action, 29);
TW_TICK_PLACE(flags, 30);
TW_TICK_PLACE(trade.price, 32);
TW_TICK_PLACE(trade.size, 40);
TW_TICK_PLACE(trade.trade_id, 48);
TW_TICK_PLACE(trade.conditions, 56);
TW_TICK_PLACE(quote.bid_price, 32);
TW_TICK_PLACE(quote.ask_price, 40);
TW_TICK_PLACE(quote.bid_size, 48);
TW_TICK_PLACE(quote.ask_size, 56);
TW_TICK_PLACE(quote_ext.bid_orders, 32);
TW_TICK_PLACE(quote_ext.ask_orders, 36);
TW_TICK_PLACE(quote_ext.bid_publisher, 40);
TW_TICK_PLACE(quote_ext.ask_publisher, 42);
TW_TICK_PLACE(quote_ext.conditions, 44);
TW_TICK_PLACE(level.price, 32);
TW_TICK_PLACE(level.size, 40);
TW_TICK_PLACE(level.order_count, 48);
TW_TICK_PLACE(level.level, 52);
TW_TICK_PLACE(order.price, 32);
TW_TICK_PLACE(order.size, 40);
TW_TICK_PLACE(order.order_id, 48);
TW_TICK_PLACE(order.priority, 56);
TW_TICK_PLACE(clear.full_sequence, 32);
TW_TICK_PLACE(mark.mark_price, 32);
TW_TICK_PLACE(mark.index_price, 40);
TW_TICK_PLACE(mark.funding_rate_e12, 48);
TW_TICK_PLACE(mark.next_funding_ts, 56);
TW_TICK_PLACE(stat.value, 32);
TW_TICK_PLACE(stat.quantity, 40);
TW_TICK_PLACE(stat.reference_ts, 48);
TW_TICK_PLACE(stat.statistic, 56);
TW_TICK_PLACE(status.trading_state, 32);
TW_TICK_PLACE(status.status_reason, 33);
TW_TICK_PLACE(status.session, 34);
TW_TICK_PLACE(status.halt_resume, 35);
TW_TICK_PLACE(status.limit_low, 40);
TW_TICK_PLACE(status.limit_high, 48);
TW_TICK_PLACE(imbalance.reference_price, 32);
TW_TICK_PLACE(imbalance.paired, 40);
TW_TICK_PLACE(imbalance.imbalance, 48);
TW_TICK_PLACE(imbalance.auction_type, 56);
TW_TICK_PLACE(bar_price.open, 32);
TW_TICK_PLACE(bar_price.high, 40);
TW_TICK_PLACE(bar_price.low, 48);
TW_TICK_PLACE(bar_price.close, 56);
TW_TICK_PLACE(bar_volume.volume, 32);
TW_TICK_PLACE(bar_volume.turnover, 40);
TW_TICK_PLACE(bar_volume.trades, 48);
TW_TICK_PLACE(bar_volume.interval_ms, 52);
TW_TICK_PLACE(bar_volume.coverage_e4, 56);
TW_TICK_PLACE(bar_volume.revision, 58);
TW_TICK_PLACE(bar_volume.bar_flags, 60);
TW_TICK_PLACE(stream.first_missing, 32);
TW_TICK_PLACE(stream.missing_count, 40);
TW_TICK_PLACE(stream.from_ts, 48);
TW_TICK_PLACE(stream.state, 56);
TW_TICK_PLACE(stream.previous_state, 57);
TW_TICK_PLACE(stream.reason, 58);
TW_TICK_PLACE(stream.scope, 59);
TW_TICK_PLACE(stream.ledger_id, 60);
#undef TW_TICK_PLACE

#endif
