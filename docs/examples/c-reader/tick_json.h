/*
 * tick_json.h: one tick as one line of JSON, byte for byte what `tickwire tail --json` prints.
 *
 * Decimals are exact text (mantissa and exponent, never a floating-point number), 64-bit numbers
 * are text, absent values are left out. Without a directory entry prices and sizes are shown as
 * mantissas under their own name (`priceMantissa`), never guessed.
 */
#ifndef TICKWIRE_TICK_JSON_H
#define TICKWIRE_TICK_JSON_H

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tickwire_ring.h"

/* ---- a text in the making ------------------------------------------------------------------ */

struct tw_text {
  char *bytes;
  size_t length;
  size_t capacity;
};

static inline void tw_put_bytes(struct tw_text *text, const char *bytes, size_t length) {
  if (text->capacity - text->length < length) {
    size_t capacity = (text->length + length) * 2 + 4096;
    char *longer = realloc(text->bytes, capacity);
    if (longer == NULL) {
      fputs("SYSTEM: out of memory\n", stderr);
      exit(1);
    }
    text->bytes = longer;
    text->capacity = capacity;
  }
  memcpy(text->bytes + text->length, bytes, length);
  text->length += length;
}

static inline void tw_put(struct tw_text *text, const char *bytes) {
  tw_put_bytes(text, bytes, strlen(bytes));
}

static inline void tw_put_zeros(struct tw_text *text, int count) {
  for (int at = 0; at < count; at++) tw_put_bytes(text, "0", 1);
}

#define TW_DIGITS_MAX 20

/* Writes the digits at the end of `digits` and returns how many they are. */
static inline int tw_digits_of(uint64_t value, char digits[TW_DIGITS_MAX]) {
  int count = 0;
  do {
    digits[TW_DIGITS_MAX - ++count] = (char)('0' + value % 10);
    value /= 10;
  } while (value > 0);
  return count;
}

static inline void tw_put_u64(struct tw_text *text, uint64_t value) {
  char digits[TW_DIGITS_MAX];
  int count = tw_digits_of(value, digits);
  tw_put_bytes(text, digits + TW_DIGITS_MAX - count, (size_t)count);
}

static inline void tw_put_i64(struct tw_text *text, int64_t value) {
  if (value < 0) tw_put_bytes(text, "-", 1);
  tw_put_u64(text, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

static inline void tw_put_hex64(struct tw_text *text, uint64_t value) {
  for (int shift = 60; shift >= 0; shift -= 4) {
    tw_put_bytes(text, &"0123456789abcdef"[value >> shift & 15], 1);
  }
}

/* mantissa x 10^exponent without trailing zeros: 273098 at -1 is 27309.8. */
static inline void tw_put_decimal(struct tw_text *text, int64_t mantissa, int exponent) {
  if (mantissa == 0) {
    tw_put_bytes(text, "0", 1);
    return;
  }
  while (exponent < 0 && mantissa % 10 == 0) {
    mantissa /= 10;
    exponent++;
  }
  if (mantissa < 0) tw_put_bytes(text, "-", 1);
  char kept[TW_DIGITS_MAX];
  int count = tw_digits_of(mantissa < 0 ? 0 - (uint64_t)mantissa : (uint64_t)mantissa, kept);
  const char *digits = kept + TW_DIGITS_MAX - count;
  if (exponent >= 0) {
    tw_put_bytes(text, digits, (size_t)count);
    tw_put_zeros(text, exponent);
    return;
  }
  int whole = count + exponent; /* digits before the point */
  if (whole > 0) {
    tw_put_bytes(text, digits, (size_t)whole);
    tw_put_bytes(text, ".", 1);
    tw_put_bytes(text, digits + whole, (size_t)(count - whole));
    return;
  }
  tw_put_bytes(text, "0.", 2);
  tw_put_zeros(text, -whole);
  tw_put_bytes(text, digits, (size_t)count);
}

/* A JSON string, quotes included; `value` is UTF-8. */
static inline void tw_put_string(struct tw_text *text, const char *value) {
  tw_put_bytes(text, "\"", 1);
  for (const char *at = value; *at != 0; at++) {
    unsigned char byte = (unsigned char)*at;
    const char *from = "\"\\\b\f\n\r\t";
    const char *found = strchr(from, byte);
    if (found != NULL) {
      char escaped[2] = {'\\', "\"\\bfnrt"[found - from]};
      tw_put_bytes(text, escaped, 2);
    } else if (byte < 0x20) {
      tw_put(text, "\\u00");
      tw_put_bytes(text, &"0123456789abcdef"[byte >> 4], 1);
      tw_put_bytes(text, &"0123456789abcdef"[byte & 15], 1);
    } else {
      tw_put_bytes(text, at, 1);
    }
  }
  tw_put_bytes(text, "\"", 1);
}

/* ---- fields -------------------------------------------------------------------------------- */

static inline void tw_key(struct tw_text *text, const char *name) {
  tw_put(text, ",\"");
  tw_put(text, name);
  tw_put(text, "\":");
}

static inline void tw_number(struct tw_text *text, const char *name, uint64_t value) {
  tw_key(text, name);
  tw_put_u64(text, value);
}

/* 64-bit numbers are text: a double does not hold them all. */
static inline void tw_big(struct tw_text *text, const char *name, uint64_t value) {
  tw_key(text, name);
  tw_put_bytes(text, "\"", 1);
  tw_put_u64(text, value);
  tw_put_bytes(text, "\"", 1);
}

/* A name of an enum in small letters, `SEQUENCE_GAP` as sequence-gap; unknown(n) without one. */
static inline void tw_name(struct tw_text *text, const char *key, const char *name,
                           unsigned value) {
  tw_key(text, key);
  tw_put_bytes(text, "\"", 1);
  if (name == NULL) {
    tw_put(text, "unknown(");
    tw_put_u64(text, value);
    tw_put_bytes(text, ")", 1);
  } else {
    for (; *name != 0; name++) {
      char letter = *name == '_' ? '-' : (char)tolower((unsigned char)*name);
      tw_put_bytes(text, &letter, 1);
    }
  }
  tw_put_bytes(text, "\"", 1);
}

/* The scale of a field: the exponent of its entry, or none when the entry is not known. */
struct tw_scale {
  bool known;
  int exponent;
};

/* A tick whose bytes hold an impossible value; `field` says which. */
struct tw_line {
  struct tw_text *text;
  const char *field;
};

static inline void tw_amount(struct tw_line *line, const char *name, int64_t mantissa,
                             struct tw_scale scale) {
  if (mantissa == TW_ABSENT || line->field != NULL) return;
  if (!tw_is_mantissa(mantissa)) {
    line->field = name;
    return;
  }
  if (!scale.known) {
    tw_put(line->text, ",\"");
    tw_put(line->text, name);
    tw_put(line->text, "Mantissa\":");
    tw_put_i64(line->text, mantissa);
    return;
  }
  tw_key(line->text, name);
  tw_put_bytes(line->text, "\"", 1);
  tw_put_decimal(line->text, mantissa, scale.exponent);
  tw_put_bytes(line->text, "\"", 1);
}

/* ns of a publish delta: a 12-bit mantissa above a 4-bit exponent. */
static inline uint32_t tw_publish_delta_ns(uint16_t packed) {
  return (uint32_t)(packed >> 4) << (packed & 15);
}

static inline void tw_put_flags(struct tw_text *text, uint16_t flags) {
  tw_key(text, "flags");
  tw_put_bytes(text, "[", 1);
  bool first = true;
  for (unsigned bit = 0; bit < 16; bit++) {
    const char *name = (flags >> bit & 1) != 0 ? tw_flag_name((uint16_t)(1u << bit)) : NULL;
    if (name == NULL) continue;
    tw_put(text, first ? "\"" : ",\"");
    tw_put(text, name);
    tw_put_bytes(text, "\"", 1);
    first = false;
  }
  tw_put_bytes(text, "]", 1);
}

/* ---- payloads ------------------------------------------------------------------------------ */

static inline void tw_put_bar_volume(struct tw_line *line, const struct tw_bar_volume *bar,
                                     struct tw_scale price, struct tw_scale size) {
  int scaled = bar->bar_flags & TW_BAR_FLAG_TURNOVER_SCALE_MASK;
  struct tw_scale turnover = {price.known, price.exponent + size.exponent + scaled};
  tw_amount(line, "volume", bar->volume, size);
  tw_amount(line, "turnover", bar->turnover, turnover);
  tw_number(line->text, "trades", bar->trades);
  tw_number(line->text, "intervalMs", bar->interval_ms);
  tw_key(line->text, "coverage");
  tw_put_decimal(line->text, bar->coverage_e4, -4);
  tw_number(line->text, "revision", bar->revision);
  tw_number(line->text, "barFlags", bar->bar_flags);
}

/* What is missing, or of a symbol that moves between rings where the other tick of it is. */
static inline void tw_put_stream(struct tw_text *text, const struct tw_stream *stream) {
  if (stream->reason == TW_STREAM_REASON_MOVED_OUT ||
      stream->reason == TW_STREAM_REASON_MOVED_IN) {
    tw_key(text, "otherRingId");
    tw_put_bytes(text, "\"", 1);
    tw_put_hex64(text, stream->missing_count);
    tw_put_bytes(text, "\"", 1);
    tw_big(text, "otherPosition", stream->first_missing);
  } else {
    tw_big(text, "firstMissing", stream->first_missing);
    if (stream->missing_count == UINT64_MAX) {
      tw_key(text, "missingCount");
      tw_put(text, "\"unknown\"");
    } else {
      tw_big(text, "missingCount", stream->missing_count);
    }
  }
  if (stream->from_ts != TW_ABSENT_TS) tw_big(text, "fromTs", stream->from_ts);
  tw_name(text, "state", tw_stream_state_name(stream->state), stream->state);
  tw_name(text, "previousState", tw_stream_state_name(stream->previous_state),
          stream->previous_state);
  tw_name(text, "reason", tw_stream_reason_name(stream->reason), stream->reason);
  tw_name(text, "scope", tw_stream_scope_name(stream->scope), stream->scope);
  tw_number(text, "ledgerId", stream->ledger_id);
}

static inline void tw_put_rare(struct tw_line *line, const struct tw_tick *tick,
                               struct tw_scale price, struct tw_scale size,
                               struct tw_scale mark) {
  struct tw_text *text = line->text;
  switch (tick->kind) {
    case TW_KIND_MARK:
      tw_amount(line, "markPrice", tick->mark.mark_price, mark);
      tw_amount(line, "indexPrice", tick->mark.index_price, mark);
      tw_amount(line, "fundingRate", tick->mark.funding_rate_e12, (struct tw_scale){true, -12});
      tw_big(text, "nextFundingTs", tick->mark.next_funding_ts);
      break;
    case TW_KIND_STAT:
      tw_amount(line, "value", tick->stat.value, price);
      tw_amount(line, "quantity", tick->stat.quantity, size);
      tw_big(text, "referenceTs", tick->stat.reference_ts);
      tw_number(text, "statistic", tick->stat.statistic);
      break;
    case TW_KIND_STATUS:
      tw_number(text, "tradingState", tick->status.trading_state);
      tw_number(text, "statusReason", tick->status.status_reason);
      tw_number(text, "session", tick->status.session);
      tw_number(text, "haltResume", tick->status.halt_resume);
      tw_amount(line, "limitLow", tick->status.limit_low, price);
      tw_amount(line, "limitHigh", tick->status.limit_high, price);
      break;
    case TW_KIND_IMBALANCE:
      tw_amount(line, "referencePrice", tick->imbalance.reference_price, price);
      tw_amount(line, "paired", tick->imbalance.paired, size);
      tw_amount(line, "imbalance", tick->imbalance.imbalance, size);
      tw_number(text, "auctionType", tick->imbalance.auction_type);
      break;
    case TW_KIND_BAR_PRICE:
      tw_amount(line, "open", tick->bar_price.open, price);
      tw_amount(line, "high", tick->bar_price.high, price);
      tw_amount(line, "low", tick->bar_price.low, price);
      tw_amount(line, "close", tick->bar_price.close, price);
      break;
    case TW_KIND_BAR_VOLUME:
      tw_put_bar_volume(line, &tick->bar_volume, price, size);
      break;
    case TW_KIND_STREAM:
      tw_put_stream(text, &tick->stream);
      break;
    default: /* CLOCK has no payload; of an unknown kind none is known */
      break;
  }
}

static inline void tw_put_payload(struct tw_line *line, const struct tw_tick *tick,
                                  const struct tw_entry *entry) {
  struct tw_text *text = line->text;
  struct tw_scale price = {entry != NULL, entry == NULL ? 0 : entry->price_exp};
  struct tw_scale size = {entry != NULL, entry == NULL ? 0 : entry->size_exp};
  struct tw_scale mark = {entry != NULL, entry == NULL ? 0 : entry->mark_exp};
  switch (tick->kind) {
    case TW_KIND_TRADE:
      tw_amount(line, "price", tick->trade.price, price);
      tw_amount(line, "size", tick->trade.size, size);
      tw_big(text, "tradeId", tick->trade.trade_id);
      tw_key(text, "conditions");
      for (int at = 0; at < 4; at++) {
        tw_put(text, at == 0 ? "[\"" : ",\"");
        tw_put_u64(text, tick->trade.conditions[at]);
        tw_put_bytes(text, "\"", 1);
      }
      tw_put_bytes(text, "]", 1);
      break;
    case TW_KIND_QUOTE:
      tw_amount(line, "bidPrice", tick->quote.bid_price, price);
      tw_amount(line, "askPrice", tick->quote.ask_price, price);
      tw_amount(line, "bidSize", tick->quote.bid_size, size);
      tw_amount(line, "askSize", tick->quote.ask_size, size);
      break;
    case TW_KIND_QUOTE_EXT:
      tw_number(text, "bidOrders", tick->quote_ext.bid_orders);
      tw_number(text, "askOrders", tick->quote_ext.ask_orders);
      tw_number(text, "bidPublisher", tick->quote_ext.bid_publisher);
      tw_number(text, "askPublisher", tick->quote_ext.ask_publisher);
      break;
    case TW_KIND_LEVEL:
      tw_amount(line, "price", tick->level.price, price);
      tw_amount(line, "size", tick->level.size, size);
      tw_number(text, "orderCount", tick->level.order_count);
      tw_number(text, "level", tick->level.level);
      break;
    case TW_KIND_ORDER:
      tw_amount(line, "price", tick->order.price, price);
      tw_amount(line, "size", tick->order.size, size);
      tw_big(text, "orderId", tick->order.order_id);
      tw_big(text, "priority", tick->order.priority);
      break;
    case TW_KIND_CLEAR:
      tw_big(text, "fullSequence", tick->clear.full_sequence);
      break;
    default:
      tw_put_rare(line, tick, price, size, mark);
  }
}

/* ---- whole lines --------------------------------------------------------------------------- */

static inline void tw_put_header(struct tw_text *text, const struct tw_tick *tick,
                                 const struct tw_entry *entry) {
  const char *kind = tw_kind_name(tick->kind);
  tw_put(text, "{\"kind\":\"");
  if (kind != NULL) {
    tw_put(text, kind);
  } else {
    tw_put(text, "UNKNOWN(");
    tw_put_u64(text, tick->kind);
    tw_put_bytes(text, ")", 1);
  }
  tw_put_bytes(text, "\"", 1);
  if (entry != NULL) {
    tw_key(text, "vendor");
    tw_put_string(text, entry->vendor);
    tw_key(text, "venue");
    tw_put_string(text, entry->venue);
    tw_key(text, "symbol");
    tw_put_string(text, entry->symbol);
  }
  tw_key(text, "instrument");
  if (tick->instrument == TW_INSTRUMENT_ALL) tw_put(text, "\"all\"");
  else tw_put_u64(text, tick->instrument);
  if (tick->ts_event != TW_ABSENT_TS) tw_big(text, "tsEvent", tick->ts_event);
  tw_big(text, "tsRecv", tick->ts_recv);
  tw_number(text, "sequence", tick->sequence);
  tw_number(text, "publishDeltaNs", tw_publish_delta_ns(tick->publish_delta));
  tw_number(text, "publisher", tick->publisher);
  unsigned side = tw_tick_side(tick);
  unsigned action = tw_tick_action(tick);
  if (side != TW_SIDE_NONE) tw_name(text, "side", tw_side_name((uint8_t)side), side);
  if (action != TW_ACTION_NONE) {
    tw_name(text, "action", tw_action_name((uint8_t)action), action);
  }
  tw_put_flags(text, tick->flags);
}

/*
 * Adds the line of one tick, newline included. Returns the name of the field when the bytes of the
 * tick hold an impossible value; then nothing was added: count it, skip the tick.
 */
static inline const char *tw_put_tick(struct tw_text *text, const struct tw_ring *ring,
                                      const char *ring_name, const struct tw_tick *tick,
                                      uint64_t position, const struct tw_entry *entry) {
  size_t before = text->length;
  struct tw_line line = {text, NULL};
  tw_put_header(text, tick, entry);
  tw_put_payload(&line, tick, entry);
  if (line.field != NULL) {
    text->length = before;
    return line.field;
  }
  tw_key(text, "ring");
  tw_put_string(text, ring_name);
  tw_number(text, "position", position);
  tw_key(text, "ringId");
  tw_put_bytes(text, "\"", 1);
  tw_put_hex64(text, ring->ring_id);
  tw_put_bytes(text, "\"}\n", 3);
  return NULL;
}

/* Adds the line that says what was overwritten before it was read. */
static inline void tw_put_gap(struct tw_text *text, const struct tw_ring *ring,
                              const char *ring_name) {
  tw_put(text, "{\"kind\":\"LOST\"");
  tw_key(text, "ring");
  tw_put_string(text, ring_name);
  tw_number(text, "first", ring->gap_first);
  tw_number(text, "last", ring->gap_last);
  tw_number(text, "count", ring->gap_count);
  tw_put(text, "}\n");
}

#endif
