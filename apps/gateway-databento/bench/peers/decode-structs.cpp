// The same records, the same fields, the same fold: structs laid over the bytes, as a program in C++
// reads them. The size of a record is checked as the decoder of ours does.
//
//   decode-structs RECORDS PASSES      prints ns of its thread and the fold of each pass
#include <cstddef>
#include <cstdint>

#include "passes.hpp"

namespace {

struct Header {
  uint8_t length, rtype;
  uint16_t publisher_id;
  uint32_t instrument_id;
  uint64_t ts_event;
};
struct Order {
  Header hd;
  uint64_t order_id;
  int64_t price;
  uint32_t size;
  uint8_t flags, channel_id, action, side;
  uint64_t ts_recv;
  int32_t ts_in_delta;
  uint32_t sequence;
};
struct Trade {
  Header hd;
  int64_t price;
  uint32_t size;
  uint8_t action, side, flags, depth;
  uint64_t ts_recv;
  int32_t ts_in_delta;
  uint32_t sequence;
};
struct Change {
  Trade trade;
  int64_t bid_px, ask_px;
  uint32_t bid_sz, ask_sz, bid_ct, ask_ct;
};
static_assert(sizeof(Order) == 56 && sizeof(Trade) == 48 && sizeof(Change) == 80, "padding");

uint32_t fold_header(const Header& hd) {
  return hd.publisher_id ^ hd.instrument_id ^ words(hd.ts_event);
}

uint32_t fold_order(const Order& order) {
  uint32_t fold = fold_header(order.hd) ^ words(order.order_id);
  fold ^= words(static_cast<uint64_t>(order.price)) ^ (order.size == UINT32_MAX ? 0 : order.size);
  fold ^= order.flags ^ (order.channel_id == UINT8_MAX ? 0u : order.channel_id) ^ order.action;
  fold ^= order.side ^ words(order.ts_recv) ^ static_cast<uint32_t>(order.ts_in_delta);
  return fold ^ order.sequence;
}

uint32_t fold_trade(const Trade& trade) {
  uint32_t fold = fold_header(trade.hd) ^ words(static_cast<uint64_t>(trade.price));
  fold ^= (trade.size == UINT32_MAX ? 0 : trade.size) ^ trade.action ^ trade.side ^ trade.flags;
  fold ^= trade.depth ^ words(trade.ts_recv) ^ static_cast<uint32_t>(trade.ts_in_delta);
  return fold ^ trade.sequence;
}

uint32_t fold_change(const Change& change) {
  uint32_t fold = fold_trade(change.trade) ^ words(static_cast<uint64_t>(change.bid_px));
  fold ^= words(static_cast<uint64_t>(change.ask_px)) ^ change.bid_sz ^ change.ask_sz;
  return fold ^ change.bid_ct ^ change.ask_ct;
}

template <typename T>
const T& record(const uint8_t* from, size_t length) {
  if (length != sizeof(T)) refuse("bad size");
  return *reinterpret_cast<const T*>(from);
}

uint32_t fold_all(const uint8_t* at, const uint8_t* end) {
  uint32_t fold = 0;
  while (at < end) {
    const size_t length = size_t{at[0]} * 4;
    if (length < sizeof(Header) || length > static_cast<size_t>(end - at)) refuse("bad length");
    switch (at[1]) {
      case 0xa0: fold ^= fold_order(record<Order>(at, length)); break;
      case 0x01: fold ^= fold_change(record<Change>(at, length)); break;
      case 0x00: fold ^= fold_trade(record<Trade>(at, length)); break;
      default: break;
    }
    at += length;
  }
  return fold;
}

}  // namespace

int main(int argc, char** argv) { return run_passes(argc, argv, fold_all); }
