// The same packets, the same fields, the same fold: messages laid over packed structs, as a program
// in C++ reads them. Sizes are checked once a message and once a group, as the decoders of ours do.
//
//   decode-structs PACKETS STARTS PASSES      prints ns of its thread and the fold of each pass
#include <time.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

#pragma pack(push, 1)
struct PacketHeader {
  uint32_t sequence;
  uint64_t sending_time;
};
struct MessageHeader {
  uint16_t size, block_length, template_id, schema_id, version;
};
struct Root {
  uint64_t transact_time;
  uint8_t match_event_indicator;
};
struct GroupSize {
  uint16_t block_length;
  uint8_t count;
};
struct GroupSize8 {
  uint16_t block_length;
  uint8_t padding[5];
  uint8_t count;
};
struct Level {
  int64_t price;
  int32_t size, security_id;
  uint32_t rpt_seq;
  int32_t number_of_orders;
  uint8_t price_level, update_action, entry_type;
  int32_t tradeable_size;
};
struct OrderId {
  uint64_t order_id, priority;
  int32_t display_quantity;
  uint8_t reference_id, update_action;
};
struct Order {
  uint64_t order_id, priority;
  int64_t price;
  int32_t display_quantity, security_id;
  uint8_t update_action, entry_type;
};
#pragma pack(pop)

constexpr int32_t kNull32 = INT32_MAX;
constexpr uint8_t kNull8 = UINT8_MAX;
constexpr uint16_t kSchema = 1;
constexpr uint16_t kSinceTradeableSize = 10;

[[noreturn]] void refuse(const char* why) {
  std::fprintf(stderr, "%s\n", why);
  std::exit(1);
}

uint32_t words(uint64_t value) {
  return static_cast<uint32_t>(value) ^ static_cast<uint32_t>(value >> 32);
}
uint32_t optional(int32_t value) { return value == kNull32 ? 0 : static_cast<uint32_t>(value); }

template <typename T>
const T& at(const uint8_t* from) {
  return *reinterpret_cast<const T*>(from);
}

/** Where the entries of a group begin; refuses those that do not fit. */
template <typename Size, typename Entry>
const Size& group(const uint8_t* from, const uint8_t* end) {
  if (end - from < static_cast<ptrdiff_t>(sizeof(Size))) refuse("no group");
  const Size& size = at<Size>(from);
  const ptrdiff_t bytes = ptrdiff_t{size.block_length} * size.count;
  if (size.count > 0 && size.block_length < sizeof(Entry)) refuse("short entries");
  if (end - from - static_cast<ptrdiff_t>(sizeof(Size)) < bytes) refuse("group past end");
  return size;
}

uint32_t fold_book(const MessageHeader& header, const uint8_t* root, const uint8_t* end) {
  uint32_t fold = words(at<Root>(root).transact_time) ^ at<Root>(root).match_event_indicator;
  const uint8_t* next = root + header.block_length;
  const auto& levels = group<GroupSize, Level>(next, end);
  next += sizeof(GroupSize);
  for (unsigned i = 0; i < levels.count; i++, next += levels.block_length) {
    const Level& level = at<Level>(next);
    fold ^= words(static_cast<uint64_t>(level.price)) ^ optional(level.size);
    fold ^= static_cast<uint32_t>(level.security_id) ^ level.rpt_seq;
    fold ^= optional(level.number_of_orders) ^ level.price_level ^ level.update_action;
    fold ^= level.entry_type;
    if (header.version >= kSinceTradeableSize) fold ^= optional(level.tradeable_size);
  }
  const auto& ids = group<GroupSize8, OrderId>(next, end);
  next += sizeof(GroupSize8);
  for (unsigned i = 0; i < ids.count; i++, next += ids.block_length) {
    const OrderId& id = at<OrderId>(next);
    fold ^= words(id.order_id) ^ words(id.priority) ^ optional(id.display_quantity);
    fold ^= (id.reference_id == kNull8 ? 0u : id.reference_id) ^ id.update_action;
  }
  return fold;
}

uint32_t fold_orders(const MessageHeader& header, const uint8_t* root, const uint8_t* end) {
  uint32_t fold = words(at<Root>(root).transact_time) ^ at<Root>(root).match_event_indicator;
  const uint8_t* next = root + header.block_length;
  const auto& orders = group<GroupSize, Order>(next, end);
  next += sizeof(GroupSize);
  for (unsigned i = 0; i < orders.count; i++, next += orders.block_length) {
    const Order& order = at<Order>(next);
    fold ^= words(order.order_id) ^ words(order.priority);
    fold ^= words(static_cast<uint64_t>(order.price)) ^ optional(order.display_quantity);
    fold ^= static_cast<uint32_t>(order.security_id) ^ order.update_action ^ order.entry_type;
  }
  return fold;
}

uint32_t fold_packet(const uint8_t* from, const uint8_t* end) {
  if (end - from < static_cast<ptrdiff_t>(sizeof(PacketHeader))) refuse("no packet");
  const auto& packet = at<PacketHeader>(from);
  uint32_t fold = packet.sequence ^ words(packet.sending_time);
  const uint8_t* next = from + sizeof(PacketHeader);
  while (next < end) {
    if (end - next < static_cast<ptrdiff_t>(sizeof(MessageHeader))) refuse("no message");
    const auto& header = at<MessageHeader>(next);
    if (header.size < sizeof(MessageHeader) || header.size > end - next) refuse("bad size");
    const uint8_t* root = next + sizeof(MessageHeader);
    next += header.size;
    if (header.schema_id != kSchema || header.block_length < sizeof(Root)) refuse("bad message");
    if (header.block_length > next - root) refuse("block past end");
    if (header.template_id == 46) fold ^= fold_book(header, root, next);
    else if (header.template_id == 47) fold ^= fold_orders(header, root, next);
  }
  return fold;
}

/** What the thread has used of a core: what else the machine does meanwhile does not count. */
int64_t thread_ns() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

template <typename T>
std::vector<T> read_file(const char* path) {
  FILE* file = std::fopen(path, "rb");
  if (file == nullptr) refuse("cannot open");
  std::fseek(file, 0, SEEK_END);
  std::vector<T> content(static_cast<size_t>(std::ftell(file)) / sizeof(T));
  std::rewind(file);
  if (std::fread(content.data(), sizeof(T), content.size(), file) != content.size()) refuse("short");
  std::fclose(file);
  return content;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) refuse("decode-structs PACKETS STARTS PASSES");
  const auto packets = read_file<uint8_t>(argv[1]);
  const auto starts = read_file<uint32_t>(argv[2]);
  const int passes = std::atoi(argv[3]);
  // The first pass warms up, and is not printed.
  for (int pass = 0; pass <= passes; pass++) {
    const int64_t begin = thread_ns();
    uint32_t fold = 0;
    for (size_t i = 0; i + 1 < starts.size(); i++) {
      fold ^= fold_packet(&packets[0] + starts[i], &packets[0] + starts[i + 1]);
    }
    const long long ns = thread_ns() - begin;
    if (pass > 0) std::printf("%lld %d\n", ns, static_cast<int32_t>(fold));
  }
}
