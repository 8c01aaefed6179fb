// What every loop in C++ beside one of ours does: it reads its input once, goes over it so many times,
// and prints ns of its thread and the fold of each pass. The first pass warms up, and is not printed.
//
//   PROGRAM RECORDS PASSES
#pragma once

#include <time.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

[[noreturn]] inline void refuse(const char* why) {
  std::fprintf(stderr, "%s\n", why);
  std::exit(1);
}

/** The two halves of a word, folded. */
inline uint32_t words(uint64_t value) {
  return static_cast<uint32_t>(value) ^ static_cast<uint32_t>(value >> 32);
}

/** What the thread has used of a core: what else the machine does meanwhile does not count. */
inline int64_t thread_ns() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/** @param fold_all - Takes where the records begin and end. */
template <typename FoldAll>
int run_passes(int argc, char** argv, FoldAll fold_all) {
  if (argc != 3) refuse("PROGRAM RECORDS PASSES");
  FILE* file = std::fopen(argv[1], "rb");
  if (file == nullptr) refuse("cannot open");
  std::fseek(file, 0, SEEK_END);
  std::vector<uint8_t> records(static_cast<size_t>(std::ftell(file)));
  std::rewind(file);
  if (std::fread(records.data(), 1, records.size(), file) != records.size()) refuse("short");
  std::fclose(file);
  const int passes = std::atoi(argv[2]);
  for (int pass = 0; pass <= passes; pass++) {
    const int64_t begin = thread_ns();
    const uint32_t fold = fold_all(records.data(), records.data() + records.size());
    const long long ns = thread_ns() - begin;
    if (pass > 0) std::printf("%lld %d\n", ns, static_cast<int32_t>(fold));
  }
  return 0;
}
