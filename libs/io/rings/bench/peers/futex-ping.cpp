// What waking a sleeping process costs on this machine: one side counts a word up at a rate and
// calls FUTEX_WAKE, the other sleeps in FUTEX_WAIT. Times are from when a ping was due.
//
// mode=frames: the one side sleeps between the pings, and `readers` processes wait for them: what
// that costs the one who wakes them.
#include <linux/futex.h>
#include <sys/syscall.h>

#include "sides.hpp"

using namespace bench;

namespace {

struct Shared {
  std::atomic<uint32_t> word;
  std::atomic<uint64_t> started_ns;
};

long futex(std::atomic<uint32_t>* word, int operation, uint32_t value) {
  return syscall(SYS_futex, word, operation, value, nullptr, nullptr, 0);
}

void write_pings(const Arguments& args, Shared* shared) {
  const double interval = 1e9 / static_cast<double>(args.number("rate"));
  const uint64_t pings = args.number("warmupTicks") + args.number("ticks");
  wait_ready(args.text("path"));
  usleep(50'000);
  Section section;
  section.start();
  shared->started_ns.store(section.started_ns);
  uint64_t late = 0;
  for (uint64_t i = 0; i < pings; i++) {
    const uint64_t due = section.started_ns + static_cast<uint64_t>(interval * double(i));
    uint64_t now = now_ns();
    while (now < due) now = now_ns();
    late += now > due + static_cast<uint64_t>(interval);
    shared->word.store(static_cast<uint32_t>(i + 1), std::memory_order_release);
    futex(&shared->word, FUTEX_WAKE, INT32_MAX);
  }
  section.end();
  print_writer(section, late);
}

void read_pings(const Arguments& args, Shared* shared) {
  const double interval = 1e9 / static_cast<double>(args.number("rate"));
  const uint32_t warm = static_cast<uint32_t>(args.number("warmupTicks"));
  const uint32_t pings = warm + static_cast<uint32_t>(args.number("ticks"));
  const uint64_t clock_ns = clock_cost_ns();
  Histogram histogram;
  Section section;
  uint32_t seen = 0;
  say_ready(args.text("path"));
  while (seen < pings) {
    const uint32_t word = shared->word.load(std::memory_order_acquire);
    if (word == seen) {
      futex(&shared->word, FUTEX_WAIT, seen);
      continue;
    }
    const uint64_t now = now_ns();
    if (section.started_ns == 0) section.start();
    for (; seen < word; seen++) {
      if (seen < warm) continue;
      const uint64_t due =
          shared->started_ns.load() + static_cast<uint64_t>(interval * double(seen)) + clock_ns;
      histogram.record(now > due ? now - due : 0);
    }
  }
  section.end();
  print_reader(section, Checked{pings, 0, 0}, &histogram, clock_ns);
}

void write_frames(const Arguments& args, Shared* shared) {
  const uint64_t interval = 1'000'000'000 / args.number("rate");
  const uint64_t frames = args.number("ticks");
  for (uint64_t i = 0; i < args.number("readers"); i++) {
    wait_ready(args.text("path") + std::to_string(i));
  }
  usleep(50'000);
  Section section;
  section.start();
  for (uint64_t i = 0; i < frames; i++) {
    const uint64_t due = section.started_ns + interval * (i + 1);
    const timespec at{static_cast<time_t>(due / 1'000'000'000), static_cast<long>(due % 1'000'000'000)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr);
    shared->word.store(static_cast<uint32_t>(i + 1), std::memory_order_release);
    futex(&shared->word, FUTEX_WAKE, INT32_MAX);
  }
  section.end();
  print_writer(section);
}

void read_frames(const Arguments& args, Shared* shared) {
  const uint32_t frames = static_cast<uint32_t>(args.number("ticks"));
  Section section;
  say_ready(args.text("path") + args.text("label"));
  section.start();
  for (uint32_t seen = 0; seen < frames;) {
    const uint32_t word = shared->word.load(std::memory_order_acquire);
    if (word == seen) futex(&shared->word, FUTEX_WAIT, seen);
    seen = word;
  }
  section.end();
  print_reader(section, Checked{frames, 0, 0});
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments args(argc, argv);
  const std::string& path = args.text("path");
  const bool write = args.text("role") == "write";
  auto* shared = reinterpret_cast<Shared*>(map_shared(path, 4096, write));
  if (write) put_in_place(path);
  if (args.text("mode") == "frames") {
    write ? write_frames(args, shared) : read_frames(args, shared);
  } else {
    write ? write_pings(args, shared) : read_pings(args, shared);
  }
  return 0;
}
