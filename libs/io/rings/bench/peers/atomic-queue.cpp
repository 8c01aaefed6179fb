// max0x7ba/atomic_queue in shared memory, one producer and one consumer.
#include <atomic_queue/atomic_queue.h>

#include "sides.hpp"

using namespace bench;

namespace {

constexpr unsigned kSlots = 65'536;
constexpr size_t kRunMax = 256;
using Queue = atomic_queue::AtomicQueue2<Tick, kSlots, true, true, false, true>;

struct Sender {
  Queue& queue;
  bool send(const Tick* ticks, size_t count) {
    // It has no batches: one by one.
    for (size_t i = 0; i < count; i++) {
      while (!queue.try_push(ticks[i])) relax();
    }
    return true;
  }
};

struct Receiver {
  Queue& queue;
  std::vector<Tick> run = std::vector<Tick>(kRunMax);
  size_t receive(const Tick** ticks) {
    *ticks = run.data();
    size_t count = 0;
    while (count < kRunMax && queue.try_pop(run[count])) count++;
    return count;
  }
  void handled() {}
  uint64_t lost() const { return 0; }
};

}  // namespace

int main(int argc, char** argv) {
  return run_shared_queue<Queue, Sender, Receiver>(argc, argv);
}
