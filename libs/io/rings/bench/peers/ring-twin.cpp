// The ring's protocol in C++, over the same layout (docs/adr/0003-ring.md): claim, copy, publish;
// copy a run, check it against `claimed`, deliver; at a rate the bell, too. Paced the same way: the reader tells its
// position in a file of its own every so many ticks, the writer reads that at most every quarter.
//
//   role=floor|write|read mode=throughput|latency …
#include <linux/futex.h>
#include <sys/syscall.h>

#include "sides.hpp"

using namespace bench;

namespace {

constexpr size_t kClaimedAt = 4096;
constexpr size_t kPublishedAt = 4096 + 128;
constexpr size_t kBellAt = 4096 + 256;
constexpr size_t kPublicationsAt = 4096 + 512;
// Of a ring with 16 directory entries and 126 channels.
constexpr size_t kSlotsAt = 20'480;
constexpr size_t kRunMax = 256;
constexpr size_t kKindAt = 28;
constexpr unsigned char kPad = 255;
constexpr uint64_t kBellIntervalNs = 50'000;

double load(const double* cell, int order) {
  double value;
  __atomic_load(cell, &value, order);
  return value;
}
void store(double* cell, double value, int order) { __atomic_store(cell, &value, order); }

class Ring {
 public:
  Ring(const std::string& path, size_t slots, bool make)
      : base_(map_shared(path, kSlotsAt + slots * kTickBytes, make)), slots_(slots) {
    if (make) put_in_place(path);
  }
  double* claimed() const { return reinterpret_cast<double*>(base_ + kClaimedAt); }
  double* published() const { return reinterpret_cast<double*>(base_ + kPublishedAt); }
  uint32_t* bell() const { return reinterpret_cast<uint32_t*>(base_ + kBellAt); }
  double* publications() const { return reinterpret_cast<double*>(base_ + kPublicationsAt); }
  Tick* slot(uint64_t position) const {
    return reinterpret_cast<Tick*>(base_ + kSlotsAt) + (position & (slots_ - 1));
  }
  size_t slots() const { return slots_; }

  // Ticks that fit before the end of the slots.
  size_t straight(uint64_t position, size_t count) const {
    return std::min(count, slots_ - static_cast<size_t>(position & (slots_ - 1)));
  }

 private:
  char* base_;
  size_t slots_;
};

class Writer {
 public:
  Writer(const Ring& ring, const std::string& cursor_path) : ring_(ring), path_(cursor_path) {}

  bool send(const Tick* ticks, size_t count) {
    if (position_ > free_until_ && !refresh()) return false;
    const uint64_t end = position_ + count;
    store(ring_.claimed(), static_cast<double>(end), __ATOMIC_RELAXED);
    std::atomic_thread_fence(std::memory_order_release);
    const size_t before = ring_.straight(position_, count);
    std::memcpy(ring_.slot(position_), ticks, before * kTickBytes);
    if (count > before) std::memcpy(ring_.slot(0), ticks + before, (count - before) * kTickBytes);
    store(ring_.published(), static_cast<double>(end), __ATOMIC_RELEASE);
    *ring_.publications() += 1;
    position_ = end;
    return true;
  }

  // Wakes whoever sleeps; the trailing wake is left out, a tick comes soon.
  void turn_ended() {
    const uint64_t now = now_ns();
    if (now - rung_at_ns_ < kBellIntervalNs) return;
    rung_at_ns_ = now;
    __atomic_fetch_add(ring_.bell(), 1, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, ring_.bell(), FUTEX_WAKE, INT32_MAX, nullptr, nullptr, 0);
  }

 private:
  bool refresh() {
    if (cursor_fd_ < 0) cursor_fd_ = open(path_.c_str(), O_RDONLY);
    double told = 0;
    if (pread(cursor_fd_, &told, sizeof told, 0) != sizeof told) told = 0;
    const uint64_t slowest = static_cast<uint64_t>(told) + ring_.slots() / 4 * 3;
    free_until_ = std::min(slowest, position_ + ring_.slots() / 4);
    return position_ <= slowest;
  }
  const Ring& ring_;
  std::string path_;
  int cursor_fd_ = -1;
  uint64_t position_ = 0;
  uint64_t free_until_ = 0;
  uint64_t rung_at_ns_ = 0;
};

class Reader {
 public:
  Reader(const Ring& ring, const std::string& cursor_path) : ring_(ring), run_(kRunMax) {
    cursor_fd_ = open(cursor_path.c_str(), O_RDWR | O_CREAT, 0600);
    if (cursor_fd_ < 0) fail(cursor_path.c_str());
  }

  size_t receive(const Tick** ticks) {
    const uint64_t published =
        static_cast<uint64_t>(load(ring_.published(), __ATOMIC_ACQUIRE));
    const uint64_t available = published - cursor_;
    if (available == 0) return 0;
    size_t count = std::min<uint64_t>(available, kRunMax);
    const size_t before = ring_.straight(cursor_, count);
    std::memcpy(run_.data(), ring_.slot(cursor_), before * kTickBytes);
    if (count > before) {
      std::memcpy(run_.data() + before, ring_.slot(0), (count - before) * kTickBytes);
    }
    std::atomic_thread_fence(std::memory_order_acquire);
    const uint64_t claimed = static_cast<uint64_t>(load(ring_.claimed(), __ATOMIC_RELAXED));
    if (claimed > cursor_ + ring_.slots()) {
      const uint64_t next = published - ring_.slots() / 2;
      lost_ += next - cursor_;
      cursor_ = next;
      return 0;
    }
    for (size_t i = 0; i < count; i++) {
      if (reinterpret_cast<const unsigned char*>(&run_[i])[kKindAt] == kPad) count = i;
    }
    cursor_ += count;
    *ticks = run_.data();
    return count;
  }

  // Everything delivered so far was handled: the writer learns it as often as ours.
  void handled() {
    const uint64_t slots = ring_.slots();
    if (cursor_ - told_ < std::min(slots / 4, std::max<uint64_t>(slots / 16, 1024))) return;
    told_ = cursor_;
    const double cell = static_cast<double>(told_);
    if (pwrite(cursor_fd_, &cell, sizeof cell, 0) != sizeof cell) fail("pwrite");
  }
  uint64_t lost() const { return lost_; }

 private:
  const Ring& ring_;
  int cursor_fd_;
  std::vector<Tick> run_;
  uint64_t cursor_ = 0;
  uint64_t told_ = 0;
  uint64_t lost_ = 0;
};

// The same bytes copied once, from the records to memory of a ring's size.
void floor_copy(const Arguments& args) {
  const Records records(args.text("records"));
  const size_t slots = args.number("slots");
  const size_t batch = args.number("batch");
  const uint64_t warm = args.number("warmupTicks");
  const uint64_t end = warm + args.number("ticks");
  std::vector<Tick> target(slots);
  Section section;
  for (uint64_t at = 0; at < end; at += batch) {
    if (section.started_ns == 0 && at >= warm) section.start();
    const size_t slot = at & (slots - 1);
    std::memcpy(&target[slot], &records.at(at), std::min(batch, slots - slot) * kTickBytes);
    // The compiler must believe that somebody looks.
    asm volatile("" : : "r"(target.data()) : "memory");
  }
  section.end();
  print_writer(section);
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments args(argc, argv);
  const std::string& role = args.text("role");
  if (role == "floor") {
    floor_copy(args);
    return 0;
  }
  const bool write = role == "write";
  const std::string& path = args.text("path");
  const Ring ring(path, args.number("slots"), write);
  if (write) {
    Writer writer(ring, path + ".cursor");
    write_side(args, writer);
  } else {
    Reader reader(ring, path + ".cursor");
    read_side(args, reader);
  }
  return 0;
}
