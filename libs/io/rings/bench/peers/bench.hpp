// What every C++ side of the ring benchmark shares: arguments, the prepared records, clock, CPU
// time, a log-linear histogram and the one line of JSON that each side prints at its end.
#pragma once
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace bench {

constexpr size_t kTickBytes = 64;
constexpr size_t kTickWords = 16;
constexpr size_t kStampWords = 2;

struct alignas(64) Tick {
  uint32_t words[kTickWords];
};
static_assert(sizeof(Tick) == kTickBytes);

[[noreturn]] inline void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

// Arguments are `key=value`; a missing one is an error of the caller.
class Arguments {
 public:
  Arguments(int argc, char** argv) {
    for (int i = 1; i < argc; i++) {
      const std::string word = argv[i];
      const size_t sign = word.find('=');
      if (sign != std::string::npos) values_[word.substr(0, sign)] = word.substr(sign + 1);
    }
  }
  const std::string& text(const std::string& key) const {
    const auto found = values_.find(key);
    if (found == values_.end()) {
      std::fprintf(stderr, "argument %s= is missing\n", key.c_str());
      std::exit(2);
    }
    return found->second;
  }
  uint64_t number(const std::string& key) const {
    return std::strtoull(text(key).c_str(), nullptr, 10);
  }

 private:
  std::map<std::string, std::string> values_;
};

// The records file, in private memory: a mapping of the page cache would be shared by both sides.
class Records {
 public:
  explicit Records(const std::string& path) {
    const int fd = open(path.c_str(), O_RDONLY);
    struct stat stats {};
    if (fd < 0 || fstat(fd, &stats) != 0) fail(path.c_str());
    const size_t bytes = static_cast<size_t>(stats.st_size);
    ticks_.resize(bytes / kTickBytes);
    char* target = reinterpret_cast<char*>(ticks_.data());
    for (size_t at = 0; at < bytes;) {
      const ssize_t got = read(fd, target + at, bytes - at);
      if (got <= 0) fail(path.c_str());
      at += static_cast<size_t>(got);
    }
    close(fd);
    mask_ = ticks_.size() - 1;
  }
  size_t count() const { return ticks_.size(); }
  uint64_t mask() const { return mask_; }
  const Tick& at(uint64_t position) const { return ticks_[position & mask_]; }

  // Copies the records of `count` positions from `first`, which may go round the end.
  void copy(uint64_t first, size_t count, Tick* target) const {
    const size_t from = first & mask_;
    const size_t before = std::min(count, ticks_.size() - from);
    std::memcpy(target, &ticks_[from], before * kTickBytes);
    if (count > before) std::memcpy(target + before, &ticks_[0], (count - before) * kTickBytes);
  }

  // How many of `count` ticks differ in any word from the records of their positions.
  uint64_t wrong(const Tick* ticks, uint64_t first, size_t count, size_t from_word = 0) const {
    uint64_t found = 0;
    for (size_t i = 0; i < count; i++) {
      const Tick& expected = at(first + i);
      uint32_t difference = 0;
      for (size_t w = from_word; w < kTickWords; w++) {
        difference |= ticks[i].words[w] ^ expected.words[w];
      }
      found += difference != 0;
    }
    return found;
  }

 private:
  std::vector<Tick> ticks_;
  uint64_t mask_ = 0;
};

inline uint64_t now_ns() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(t.tv_nsec);
}

// Of this process with all its threads.
inline uint64_t cpu_us() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& t) {
    return static_cast<uint64_t>(t.tv_sec) * 1'000'000u + static_cast<uint64_t>(t.tv_usec);
  };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

inline void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Median cost of one reading of the clock.
inline uint64_t clock_cost_ns() {
  std::vector<uint64_t> costs;
  for (int round = 0; round < 101; round++) {
    constexpr int kReadings = 1000;
    const uint64_t start = now_ns();
    uint64_t last = start;
    for (int i = 0; i < kReadings; i++) last = now_ns();
    costs.push_back((last - start) / kReadings);
  }
  std::nth_element(costs.begin(), costs.begin() + 50, costs.end());
  return costs[50];
}

// 32 buckets to a power of two: the scheme of the core's histogram, bound for bound.
class Histogram {
 public:
  Histogram() : cells_(kSub * 38, 0) {}
  void record(uint64_t ns) {
    cells_[bucket(ns)]++;
    count_++;
    max_ = std::max(max_, ns);
  }
  uint64_t at(double share) const {
    const uint64_t rank = static_cast<uint64_t>(share * static_cast<double>(count_) + 0.999999);
    uint64_t seen = 0;
    for (size_t b = 0; b < cells_.size(); b++) {
      seen += cells_[b];
      if (seen >= rank && seen > 0) return std::min(upper(b), max_);
    }
    return max_;
  }
  std::string json() const {
    char text[200];
    std::snprintf(text, sizeof text,
                  "{\"p50Ns\":%" PRIu64 ",\"p95Ns\":%" PRIu64 ",\"p99Ns\":%" PRIu64
                  ",\"p999Ns\":%" PRIu64 ",\"maxNs\":%" PRIu64 ",\"count\":%" PRIu64 "}",
                  at(0.5), at(0.95), at(0.99), at(0.999), max_, count_);
    return text;
  }

 private:
  static constexpr uint64_t kSub = 32;
  static size_t bucket(uint64_t ns) {
    if (ns < kSub) return ns;
    const int octave = 63 - __builtin_clzll(ns / kSub);
    const size_t found = static_cast<size_t>(octave) * kSub + (ns >> octave);
    return std::min(found, static_cast<size_t>(kSub * 38 - 1));
  }
  static uint64_t upper(size_t b) {
    if (b < kSub) return b;
    const uint64_t octave = (b - kSub) / kSub;
    return ((kSub + (b - kSub) % kSub + 1) << octave) - 1;
  }
  std::vector<uint64_t> cells_;
  uint64_t count_ = 0;
  uint64_t max_ = 0;
};

// How long this thread could have run and its core was somebody else's; 0 where nobody counts it.
inline uint64_t waited_ns() {
  unsigned long long ran = 0, waited = 0;
  FILE* file = std::fopen("/proc/thread-self/schedstat", "r");
  if (file == nullptr) return 0;
  const bool read = std::fscanf(file, "%llu %llu", &ran, &waited) == 2;
  std::fclose(file);
  return read ? waited : 0;
}

// What a side measured between its first and its last measured tick.
class Section {
 public:
  void start() {
    waited_at_start_ns_ = bench::waited_ns();
    started_ns = now_ns();
    cpu_at_start_us_ = cpu_us();
  }
  void end() {
    ended_ns = now_ns();
    used_us = cpu_us() - cpu_at_start_us_;
    waited_ns = bench::waited_ns() - waited_at_start_ns_;
  }
  uint64_t started_ns = 0;
  uint64_t ended_ns = 0;
  uint64_t used_us = 0;
  uint64_t waited_ns = 0;

 private:
  uint64_t cpu_at_start_us_ = 0;
  uint64_t waited_at_start_ns_ = 0;
};

inline void print_writer(const Section& s, uint64_t late = 0) {
  std::printf("{\"startedNs\":%" PRIu64 ",\"endedNs\":%" PRIu64 ",\"cpuUs\":%" PRIu64
              ",\"waitedNs\":%" PRIu64 ",\"late\":%" PRIu64 "}\n",
              s.started_ns, s.ended_ns, s.used_us, s.waited_ns, late);
}

struct Checked {
  uint64_t ticks = 0;
  uint64_t lost = 0;
  uint64_t wrong = 0;
};

inline void print_reader(const Section& s, const Checked& c, const Histogram* h = nullptr,
                         uint64_t clock_ns = 0) {
  std::printf("{\"startedNs\":%" PRIu64 ",\"endedNs\":%" PRIu64 ",\"cpuUs\":%" PRIu64
              ",\"waitedNs\":%" PRIu64 ",\"ticks\":%" PRIu64 ",\"lost\":%" PRIu64
              ",\"wrong\":%" PRIu64,
              s.started_ns, s.ended_ns, s.used_us, s.waited_ns, c.ticks, c.lost, c.wrong);
  if (h != nullptr) {
    std::printf(",\"clockCostNs\":%" PRIu64 ",\"latency\":%s", clock_ns, h->json().c_str());
  }
  std::printf("}\n");
}

// The time a tick was meant to be sent travels in its first two words.
inline void stamp(Tick& tick, uint64_t ns) {
  tick.words[0] = static_cast<uint32_t>(ns);
  tick.words[1] = static_cast<uint32_t>(ns >> 32);
}
inline uint64_t stamp_of(const Tick& tick) {
  return (static_cast<uint64_t>(tick.words[1]) << 32) | tick.words[0];
}

// Maps a file of `bytes`; the maker sizes it under another name and links it into place.
inline char* map_shared(const std::string& path, size_t bytes, bool make) {
  const std::string made = path + ".tmp";
  int fd = -1;
  if (make) {
    fd = open(made.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd < 0 || posix_fallocate(fd, 0, static_cast<off_t>(bytes)) != 0) fail(made.c_str());
  } else {
    for (int tries = 0; fd < 0; tries++) {
      fd = open(path.c_str(), O_RDWR);
      if (fd < 0 && tries > 20'000) fail(path.c_str());
      if (fd < 0) usleep(1000);
    }
  }
  void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
  if (at == MAP_FAILED) fail("mmap");
  close(fd);
  return static_cast<char*>(at);
}
inline void put_in_place(const std::string& path) {
  if (rename((path + ".tmp").c_str(), path.c_str()) != 0) fail(path.c_str());
}

}  // namespace bench
