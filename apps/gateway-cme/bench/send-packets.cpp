// Sends recorded packets to their multicast groups, each at its time: open loop, one core.
//
//   send-packets FILE INTERFACE GROUP:PORT…
//
// FILE: records of u64 due (ns from the start), u32 index of the group, u32 length, the bytes,
// padded to 8. Prints packets sent, and the most and the median that one was late, in ns.
#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

struct Record {
  uint64_t due_ns;
  uint32_t group;
  uint32_t length;
};

[[noreturn]] void fail(const char* what) {
  perror(what);
  exit(1);
}

uint64_t now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return uint64_t(time.tv_sec) * 1'000'000'000 + uint64_t(time.tv_nsec);
}

int connected(const std::string& target, in_addr from) {
  const size_t colon = target.find(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(uint16_t(std::stoi(target.substr(colon + 1))));
  if (inet_pton(AF_INET, target.substr(0, colon).c_str(), &to.sin_addr) != 1) fail("inet_pton");
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) fail("socket");
  const unsigned char hops = 0;
  if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &from, sizeof from) != 0) fail("IP_MULTICAST_IF");
  if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops) != 0) fail("IP_MULTICAST_TTL");
  if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) fail("connect");
  return fd;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const int file = open(argv[1], O_RDONLY);
  struct stat stats {};
  if (file < 0 || fstat(file, &stats) != 0) fail(argv[1]);
  const size_t bytes = size_t(stats.st_size);
  void* memory = mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  if (memory == MAP_FAILED) fail("mmap");
  const char* data = static_cast<const char*>(memory);
  in_addr from{};
  if (inet_pton(AF_INET, argv[2], &from) != 1) fail("inet_pton");
  std::vector<int> sockets;
  for (int at = 3; at < argc; at++) sockets.push_back(connected(argv[at], from));
  std::vector<uint32_t> late;
  const uint64_t start = now_ns() + 1'000'000;
  for (size_t at = 0; at < bytes;) {
    Record record;
    std::memcpy(&record, data + at, sizeof record);
    const uint64_t due = start + record.due_ns;
    uint64_t now = now_ns();
    while (now < due) now = now_ns();
    late.push_back(uint32_t(std::min<uint64_t>(now - due, UINT32_MAX)));
    if (send(sockets[record.group], data + at + sizeof record, record.length, 0) < 0) fail("send");
    at += (sizeof record + record.length + 7) & ~size_t(7);
  }
  std::sort(late.begin(), late.end());
  std::printf("%zu %u %u\n", late.size(), late.back(), late[late.size() / 2]);
  return 0;
}
