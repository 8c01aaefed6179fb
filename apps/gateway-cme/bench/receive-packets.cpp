// Receives packets of one multicast group with recvmmsg and measures each from its kernel stamp to
// when it is in the hands of the program: the floor of what the gateway measures.
//
//   receive-packets INTERFACE GROUP:PORT block|spin SKIP COUNT
//
// Prints "ready" when it listens. Of COUNT packets the first SKIP are not measured; ends after them
// or after two seconds without one. Prints packets, then p50, p99, p99.9 in ns.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr int kBatch = 64;
constexpr size_t kSlot = 2048;
constexpr uint64_t kSilenceNs = 2'000'000'000;

[[noreturn]] void fail(const char* what) {
  perror(what);
  exit(1);
}

uint64_t ns_of(const timespec& time) {
  return uint64_t(time.tv_sec) * 1'000'000'000 + uint64_t(time.tv_nsec);
}

uint64_t wall_ns() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return ns_of(time);
}

int listening(const std::string& target, in_addr on) {
  const size_t colon = target.find(':');
  ip_mreq group{};
  group.imr_interface = on;
  if (inet_pton(AF_INET, target.substr(0, colon).c_str(), &group.imr_multiaddr) != 1) {
    fail("inet_pton");
  }
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(uint16_t(std::stoi(target.substr(colon + 1))));
  at.sin_addr = group.imr_multiaddr;
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  const int yes = 1;
  const int room = 8 << 20;
  if (fd < 0) fail("socket");
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes) != 0) fail("SO_TIMESTAMPNS");
  if (bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) fail("bind");
  if (setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group) != 0) fail("join");
  return fd;
}

uint64_t stamp_of(msghdr& header) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec time{};
    std::memcpy(&time, CMSG_DATA(part), sizeof time);
    return ns_of(time);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  in_addr on{};
  if (inet_pton(AF_INET, argv[1], &on) != 1) fail("inet_pton");
  const int fd = listening(argv[2], on);
  const bool spins = std::strcmp(argv[3], "spin") == 0;
  const size_t skip = std::strtoull(argv[4], nullptr, 10);
  const size_t wanted = std::strtoull(argv[5], nullptr, 10);
  std::vector<char> slots(kBatch * kSlot);
  std::vector<char> controls(kBatch * 64);
  mmsghdr headers[kBatch];
  iovec parts[kBatch];
  std::vector<uint64_t> waits;
  waits.reserve(wanted);
  size_t received = 0;
  uint64_t heard = 0;
  std::printf("ready\n");
  std::fflush(stdout);
  while (received < wanted) {
    if (!spins) {
      pollfd look{fd, POLLIN, 0};
      poll(&look, 1, 1);
    }
    for (int at = 0; at < kBatch; at++) {
      parts[at] = {slots.data() + at * kSlot, kSlot};
      headers[at] = {};
      headers[at].msg_hdr.msg_iov = &parts[at];
      headers[at].msg_hdr.msg_iovlen = 1;
      headers[at].msg_hdr.msg_control = controls.data() + at * 64;
      headers[at].msg_hdr.msg_controllen = 64;
    }
    const int count = recvmmsg(fd, headers, kBatch, MSG_DONTWAIT, nullptr);
    const uint64_t now = wall_ns();
    if (count <= 0) {
      if (heard != 0 && now - heard > kSilenceNs) break;
      continue;
    }
    heard = now;
    for (int at = 0; at < count; at++) {
      received += 1;
      const uint64_t stamp = stamp_of(headers[at].msg_hdr);
      if (received > skip && stamp != 0) waits.push_back(now > stamp ? now - stamp : 0);
    }
  }
  if (waits.empty()) return 1;
  std::sort(waits.begin(), waits.end());
  const auto part = [&](double share) { return waits[size_t(share * double(waits.size() - 1))]; };
  std::printf("%zu %lu %lu %lu\n", received, part(0.5), part(0.99), part(0.999));
  return 0;
}
