// boost::lockfree::spsc_queue in shared memory: the queue a C++ programmer has at hand.
#include <boost/lockfree/spsc_queue.hpp>

#include "sides.hpp"

using namespace bench;

namespace {

constexpr size_t kSlots = 65'536;
constexpr size_t kRunMax = 256;
using Queue = boost::lockfree::spsc_queue<Tick, boost::lockfree::capacity<kSlots>>;

struct Sender {
  Queue& queue;
  bool send(const Tick* ticks, size_t count) {
    // Whole batches only, as everywhere here.
    if (queue.write_available() < count) return false;
    queue.push(ticks, count);
    return true;
  }
};

struct Receiver {
  Queue& queue;
  std::vector<Tick> run = std::vector<Tick>(kRunMax);
  size_t receive(const Tick** ticks) {
    *ticks = run.data();
    return queue.pop(run.data(), kRunMax);
  }
  void handled() {}
  uint64_t lost() const { return 0; }
};

}  // namespace

int main(int argc, char** argv) {
  return run_shared_queue<Queue, Sender, Receiver>(argc, argv);
}
