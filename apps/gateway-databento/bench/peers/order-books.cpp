// Books by order as programs in C++ usually keep them: of each instrument a hash table of its orders,
// an ordered map of the prices of each side, and a list of orders at each price. The same records
// do to them what they do to the books of ours, and what rests at the end is folded alike.
//
//   order-books RECORDS PASSES      prints ns of its thread and the fold of each pass
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <unordered_map>

#include "passes.hpp"

namespace {

struct Record {
  uint8_t length, rtype;
  uint16_t publisher_id;
  uint32_t instrument_id;
  uint64_t ts_event;
  uint64_t order_id;
  int64_t price;
  uint32_t size;
  uint8_t flags, channel_id, action, side;
  uint64_t ts_recv;
  int32_t ts_in_delta;
  uint32_t sequence;
};
static_assert(sizeof(Record) == 56, "padding");

struct Order {
  uint64_t id;
  uint32_t size;
};

struct Level {
  std::list<Order> orders;
  uint64_t size = 0;
};

struct Place {
  bool is_bid;
  int64_t price;
  std::list<Order>::iterator order;
};

class Book {
 public:
  void apply(const Record& record) {
    switch (record.action) {
      case 'R': clear(); break;
      case 'A': add(record); break;
      case 'C': cancel(record); break;
      case 'M': modify(record); break;
      default: break;  // trades and fills change nothing themselves
    }
  }

  uint32_t fold(uint32_t from) const { return fold_side(asks_, fold_side(bids_, from)); }

 private:
  using Bids = std::map<int64_t, Level, std::greater<int64_t>>;
  using Asks = std::map<int64_t, Level>;

  void clear() {
    orders_.clear();
    bids_.clear();
    asks_.clear();
  }

  Level& level(bool is_bid, int64_t price) { return is_bid ? bids_[price] : asks_[price]; }

  void add(const Record& record) {
    const bool is_bid = record.side == 'B';
    Level& at = level(is_bid, record.price);
    at.orders.push_back({record.order_id, record.size});
    at.size += record.size;
    orders_.insert_or_assign(record.order_id,
                             Place{is_bid, record.price, std::prev(at.orders.end())});
  }

  void take_out(const Place& place) {
    Level& at = level(place.is_bid, place.price);
    at.size -= place.order->size;
    at.orders.erase(place.order);
    if (!at.orders.empty()) return;
    if (place.is_bid) bids_.erase(place.price);
    else asks_.erase(place.price);
  }

  void cancel(const Record& record) {
    const auto found = orders_.find(record.order_id);
    if (found == orders_.end()) refuse("an order is not known");
    const Place& place = found->second;
    if (record.size < place.order->size) {
      place.order->size -= record.size;
      level(place.is_bid, place.price).size -= record.size;
      return;
    }
    take_out(place);
    orders_.erase(found);
  }

  void modify(const Record& record) {
    const auto found = orders_.find(record.order_id);
    if (found == orders_.end()) return add(record);
    const Place& place = found->second;
    if (place.price == record.price && record.size <= place.order->size) {
      level(place.is_bid, place.price).size -= place.order->size - record.size;
      place.order->size = record.size;
      return;
    }
    take_out(place);
    add(record);
  }

  template <typename Side>
  static uint32_t fold_side(const Side& side, uint32_t fold) {
    for (const auto& [price, level] : side) {
      fold = (fold ^ words(static_cast<uint64_t>(price)) ^ words(level.size)) * 16777619u;
      for (const Order& order : level.orders) {
        fold = (fold ^ words(order.id) ^ order.size) * 16777619u;
      }
    }
    return fold;
  }

  std::unordered_map<uint64_t, Place> orders_;
  Bids bids_;
  Asks asks_;
};

/** They go on from pass to pass, each cleared by its first record. */
using Books = std::unordered_map<uint32_t, std::unique_ptr<Book>>;

uint32_t apply_all(const uint8_t* at, const uint8_t* end, Books& books) {
  for (; at < end; at += sizeof(Record)) {
    if (at[0] * 4u != sizeof(Record) || at[1] != 0xa0) refuse("not a record of mbo");
    const Record& record = *reinterpret_cast<const Record*>(at);
    auto& book = books[record.instrument_id];
    if (!book) book = std::make_unique<Book>();
    book->apply(record);
  }
  std::map<uint32_t, const Book*> sorted;
  for (const auto& [id, book] : books) sorted[id] = book.get();
  uint32_t fold = 0;
  for (const auto& [id, book] : sorted) fold = book->fold(fold ^ id);
  return fold;
}

}  // namespace

int main(int argc, char** argv) {
  Books books;
  return run_passes(argc, argv, [&books](const uint8_t* at, const uint8_t* end) {
    return apply_all(at, end, books);
  });
}
