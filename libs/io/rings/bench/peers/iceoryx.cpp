// iceoryx 2: zero-copy publish and subscribe over shared memory, the writer waiting for a reader
// that is behind. A sample is a batch, written in place and checked in place. Needs RouDi running.
#include <iceoryx_posh/mepoo/chunk_header.hpp>
#include <iceoryx_posh/popo/untyped_publisher.hpp>
#include <iceoryx_posh/popo/untyped_subscriber.hpp>
#include <iceoryx_posh/runtime/posh_runtime.hpp>

#include "sides.hpp"

using namespace bench;

namespace {

const iox::capro::ServiceDescription kService{"Bench", "Ring", "Ticks"};

struct Sender {
  explicit Sender(const iox::popo::PublisherOptions& options) : publisher(kService, options) {}
  iox::popo::UntypedPublisher publisher;
  bool send(const Tick* ticks, size_t count) {
    bool sent = false;
    publisher.loan(static_cast<uint32_t>(count * kTickBytes), alignof(Tick))
        .and_then([&](auto& payload) {
          std::memcpy(payload, ticks, count * kTickBytes);
          publisher.publish(payload);
          sent = true;
        })
        .or_else([](auto&) {});
    return sent;
  }
};

struct Receiver {
  explicit Receiver(const iox::popo::SubscriberOptions& options) : subscriber(kService, options) {}
  iox::popo::UntypedSubscriber subscriber;
  const void* held = nullptr;
  size_t receive(const Tick** ticks) {
    size_t count = 0;
    subscriber.take()
        .and_then([&](const void* payload) {
          held = payload;
          const auto* header = iox::mepoo::ChunkHeader::fromUserPayload(payload);
          count = header->userPayloadSize() / kTickBytes;
          *ticks = static_cast<const Tick*>(payload);
        })
        .or_else([](auto&) {});
    return count;
  }
  void handled() { subscriber.release(held); }
  uint64_t lost() const { return 0; }
};

}  // namespace

int main(int argc, char** argv) {
  const Arguments args(argc, argv);
  const std::string& role = args.text("role");
  const std::string name = "bench-" + role + "-" + std::to_string(getpid());
  iox::runtime::PoshRuntime::initRuntime(
      iox::RuntimeName_t(iox::cxx::TruncateToCapacity, name.c_str()));
  if (role == "write") {
    iox::popo::PublisherOptions options;
    options.historyCapacity = 0;
    options.subscriberTooSlowPolicy = iox::popo::ConsumerTooSlowPolicy::WAIT_FOR_CONSUMER;
    Sender sender(options);
    write_side(args, sender);
  } else {
    iox::popo::SubscriberOptions options;
    options.queueCapacity = 256;
    options.queueFullPolicy = iox::popo::QueueFullPolicy::BLOCK_PRODUCER;
    Receiver receiver(options);
    while (receiver.subscriber.getSubscriptionState() != iox::SubscribeState::SUBSCRIBED) {
      usleep(1000);
    }
    read_side(args, receiver);
  }
  return 0;
}
