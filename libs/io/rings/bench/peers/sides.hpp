// The two sides of every C++ row: a writer at full speed or at a rate, and a reader that checks
// every word and, at a rate, how long each tick was under way.
//
// A Sender has `bool send(const Tick*, size_t)`: false when there is no room now. It may have
// `void turn_ended()`, called at a rate after each tick: wakes the readers that sleep.
// A Receiver has `size_t receive(const Tick**)`: 0 when there is nothing now; `void handled()`
// after the ticks were checked; `uint64_t lost()`.
#pragma once
#include <new>

#include "bench.hpp"

namespace bench {

// The reader says that it is attached by a file beside the shared one.
inline void say_ready(const std::string& path) {
  const int fd = open((path + ".ready").c_str(), O_RDWR | O_CREAT, 0600);
  if (fd < 0) fail(path.c_str());
  close(fd);
}
inline void wait_ready(const std::string& path) {
  for (int tries = 0; access((path + ".ready").c_str(), F_OK) != 0; tries++) {
    if (tries > 20'000) fail(path.c_str());
    usleep(1000);
  }
}

template <class Sender>
void write_all(const Arguments& args, Sender& sender) {
  const Records records(args.text("records"));
  const size_t batch = args.number("batch");
  const uint64_t warm = args.number("warmupTicks");
  const uint64_t end = warm + args.number("ticks");
  std::vector<Tick> ticks(batch);
  Section section;
  wait_ready(args.text("path"));
  for (uint64_t position = 0; position < end; position += batch) {
    if (section.started_ns == 0 && position >= warm) section.start();
    const size_t count = std::min<uint64_t>(batch, end - position);
    records.copy(position, count, ticks.data());
    while (!sender.send(ticks.data(), count)) relax();
  }
  section.end();
  print_writer(section);
}

template <class Receiver>
void read_all(const Arguments& args, Receiver& receiver) {
  const Records records(args.text("records"));
  const uint64_t warm = args.number("warmupTicks");
  const uint64_t end = warm + args.number("ticks");
  Section section;
  Checked checked;
  say_ready(args.text("path"));
  while (checked.ticks < end) {
    const Tick* ticks = nullptr;
    const size_t count = receiver.receive(&ticks);
    if (count == 0) {
      relax();
      continue;
    }
    if (section.started_ns == 0 && checked.ticks + count > warm) section.start();
    checked.wrong += records.wrong(ticks, checked.ticks, count);
    checked.ticks += count;
    receiver.handled();
  }
  section.end();
  checked.lost = receiver.lost();
  print_reader(section, checked);
}

template <class Sender>
auto turn_ended(Sender& sender, int) -> decltype(sender.turn_ended()) {
  sender.turn_ended();
}
template <class Sender>
void turn_ended(Sender&, long) {}

// Open loop: each tick has a time it is due, and a tick sent late counts from that time.
template <class Sender>
void write_rate(const Arguments& args, Sender& sender) {
  const Records records(args.text("records"));
  const double interval = 1e9 / static_cast<double>(args.number("rate"));
  const uint64_t ticks = args.number("warmupTicks") + args.number("ticks");
  Tick tick;
  Section section;
  wait_ready(args.text("path"));
  usleep(50'000);
  section.start();
  uint64_t late = 0;
  for (uint64_t i = 0; i < ticks; i++) {
    const uint64_t due = section.started_ns + static_cast<uint64_t>(interval * double(i));
    uint64_t now = now_ns();
    while (now < due) now = now_ns();
    late += now > due + static_cast<uint64_t>(interval);
    tick = records.at(i);
    stamp(tick, due);
    while (!sender.send(&tick, 1)) relax();
    turn_ended(sender, 0);
  }
  section.end();
  print_writer(section, late);
}

template <class Receiver>
void read_rate(const Arguments& args, Receiver& receiver) {
  const Records records(args.text("records"));
  const uint64_t warm = args.number("warmupTicks");
  const uint64_t end = warm + args.number("ticks");
  const uint64_t clock_ns = clock_cost_ns();
  Section section;
  Checked checked;
  Histogram histogram;
  say_ready(args.text("path"));
  while (checked.ticks < end) {
    const Tick* ticks = nullptr;
    const size_t count = receiver.receive(&ticks);
    if (count == 0) continue;
    const uint64_t now = now_ns();
    if (section.started_ns == 0) section.start();
    for (size_t i = 0; i < count; i++) {
      if (checked.ticks + i < warm) continue;
      const uint64_t sent = stamp_of(ticks[i]) + clock_ns;
      histogram.record(now > sent ? now - sent : 0);
    }
    checked.wrong += records.wrong(ticks, checked.ticks, count, kStampWords);
    checked.ticks += count;
    receiver.handled();
  }
  section.end();
  checked.lost = receiver.lost();
  print_reader(section, checked, &histogram, clock_ns);
}

template <class Sender>
void write_side(const Arguments& args, Sender& sender) {
  args.text("mode") == "throughput" ? write_all(args, sender) : write_rate(args, sender);
}
template <class Receiver>
void read_side(const Arguments& args, Receiver& receiver) {
  args.text("mode") == "throughput" ? read_all(args, receiver) : read_rate(args, receiver);
}

// A queue in shared memory that is placed there by its writer. Sender and Receiver are made of it.
template <class Queue, class Sender, class Receiver>
int run_shared_queue(int argc, char** argv) {
  const Arguments args(argc, argv);
  const std::string& path = args.text("path");
  const bool write = args.text("role") == "write";
  char* memory = map_shared(path, sizeof(Queue), write);
  if (write) {
    Queue* queue = new (memory) Queue();
    put_in_place(path);
    Sender sender{*queue};
    write_side(args, sender);
  } else {
    Receiver receiver{*reinterpret_cast<Queue*>(memory)};
    read_side(args, receiver);
  }
  return 0;
}

}  // namespace bench
