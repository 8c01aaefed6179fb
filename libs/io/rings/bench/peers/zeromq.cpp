// ZeroMQ PUSH/PULL over ipc://, blocking on both sides as its users do; a message is a batch.
#include <zmq.hpp>

#include "sides.hpp"

using namespace bench;

namespace {

struct Sender {
  zmq::socket_t socket;
  bool send(const Tick* ticks, size_t count) {
    return socket.send(zmq::const_buffer(ticks, count * kTickBytes), zmq::send_flags::none)
        .has_value();
  }
};

struct Receiver {
  zmq::socket_t socket;
  zmq::message_t message;
  std::vector<Tick> run;
  size_t receive(const Tick** ticks) {
    if (!socket.recv(message, zmq::recv_flags::none)) return 0;
    // Its memory has no alignment of ours.
    const size_t count = message.size() / kTickBytes;
    if (run.size() < count) run.resize(count);
    std::memcpy(run.data(), message.data(), count * kTickBytes);
    *ticks = run.data();
    return count;
  }
  void handled() {}
  uint64_t lost() const { return 0; }
};

}  // namespace

int main(int argc, char** argv) {
  const Arguments args(argc, argv);
  const std::string address = "ipc://" + args.text("path");
  zmq::context_t context(1);
  if (args.text("role") == "write") {
    Sender sender{zmq::socket_t(context, zmq::socket_type::push)};
    sender.socket.bind(address);
    write_side(args, sender);
    sender.socket.close();
  } else {
    Receiver receiver{zmq::socket_t(context, zmq::socket_type::pull), {}, {}};
    receiver.socket.connect(address);
    read_side(args, receiver);
  }
  return 0;
}
