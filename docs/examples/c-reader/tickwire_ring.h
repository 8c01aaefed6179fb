/*
 * tickwire_ring.h: reads a live Tickwire ring. One header, C11, Linux on x86-64 or arm64.
 *
 *     #define _GNU_SOURCE            // before the first include: locks and futex need it
 *     #include "tickwire_ring.h"
 *
 *     struct tw_error error;
 *     struct tw_ring *ring = tw_ring_open(path, TW_FROM_OLDEST, &error);
 *     if (ring == NULL) { fprintf(stderr, "%s\n", error.message); return 1; }
 *     for (;;) {
 *       int count = tw_ring_poll(ring, TW_RUN_TICKS_MAX, &error);
 *       if (count < 0) break;                              // error.code is TW_BAD_CURSORS
 *       if (ring->gap_count > 0) report(ring->gap_first, ring->gap_last, ring->gap_count);
 *       for (int at = 0; at < count; at++) use(tw_ring_tick(ring, at), ring->run_first + at);
 *       if (count == 0 && ring->gap_count == 0) tw_ring_park(ring, 50);
 *     }
 *     tw_ring_close(ring);
 *
 * A ring is a file in shared memory: one writer, any number of readers, a power of two of 64-byte
 * slots. Its layout is the table at the head of libs/ipc/ring/src/layout.ts, version 1. The writer
 * stores `claimed`, then slots, then `published`; it never waits and knows no reader. A reader
 *
 *     loads `published` (acquire) -> copies a run into private memory -> fence -> loads `claimed`
 *     -> drops what may be torn as one gap -> hands out the rest
 *
 * The mapping is read-only, so nothing done here can harm the writer or another reader. What cannot
 * be caught: the owner of a ring file who cuts it short kills its readers by SIGBUS.
 *
 * At any moment, exactly: published - start = delivered + padded + lost + in flight.
 *
 * A `struct tw_ring` belongs to one thread.
 */
#ifndef TICKWIRE_RING_H
#define TICKWIRE_RING_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <math.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tickwire_tick.h"

#ifndef F_OFD_GETLK
#error "define _GNU_SOURCE before the first include"
#endif
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "rings need a little-endian machine"
#endif
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "64-bit loads must be single instructions");
_Static_assert(sizeof(_Atomic uint64_t) == 8 && sizeof(double) == 8, "cells of 8 bytes");

#define TW_RING_LAYOUT_VERSION 1u
#define TW_PAGE_BYTES 4096u
#define TW_ENTRY_BYTES 256u
/* Ticks in the longest run. */
#define TW_RUN_TICKS_MAX 256u
/* Four heartbeats: a writer that showed no sign of life for longer is silent, or dead. */
#define TW_SILENT_AFTER_NS 200000000.0
/* A thread that sleeps longer could not see that its writer died. */
#define TW_PARK_MS_MAX 100u
/* The bell of a ring that ended does not ring: its successor is looked for this often. */
#define TW_SUCCESSOR_LOOK_MS 5u

/* ---- errors -------------------------------------------------------------------------------- */

enum tw_code {
  TW_OK = 0,
  TW_SYSTEM,       /* the operating system refused something */
  TW_NOT_FOUND,    /* no such file: wait for its writer */
  TW_NOT_TRUSTED,  /* a link, no regular file, or one that others could write or cut */
  TW_BAD_SIZE,     /* an empty file */
  TW_TRUNCATED,    /* fewer bytes than the header needs or states */
  TW_BAD_MAGIC,    /* not a ring */
  TW_WRONG_ENDIAN, /* written by a machine of the other byte order */
  TW_BAD_VERSION,  /* another layout version */
  TW_BAD_GEOMETRY, /* sizes or offsets that do not fit together */
  TW_BAD_HEADER,   /* another header field is out of its domain */
  TW_BAD_CURSORS,  /* positions that no writer stores: detach, a new writer makes a new ring */
  TW_BAD_ENTRY     /* a directory entry out of its domain: skip the instrument, count it */
};

struct tw_error {
  enum tw_code code;
  char message[768]; /* one sentence, without a newline */
};

static inline const char *tw_code_name(enum tw_code code) {
  static const char *const names[] = {
      "OK",          "SYSTEM",       "NOT_FOUND",   "NOT_TRUSTED",  "BAD_SIZE",
      "TRUNCATED",   "BAD_MAGIC",    "WRONG_ENDIAN", "BAD_VERSION", "BAD_GEOMETRY",
      "BAD_HEADER",  "BAD_CURSORS",  "BAD_ENTRY"};
  return names[code];
}

__attribute__((format(printf, 3, 4))) static inline bool tw_fail(struct tw_error *error,
                                                                 enum tw_code code,
                                                                 const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  error->code = code;
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return false;
}

/* ---- a ring as one reader has it open ------------------------------------------------------ */

enum tw_from {
  TW_FROM_OLDEST, /* what the ring still holds */
  TW_FROM_LATEST  /* only what comes from now on */
};
enum tw_mode { TW_LIVE = 1, TW_PACED = 2 };
enum tw_state { TW_OPEN = 1, TW_CLOSED = 2, TW_REPLACED = 3 };

/*
 * LIVE: its writer showed a sign of life lately. SILENT: it has not, but holds the ring's lock, so
 * it lives. DEAD: nobody holds the lock. CLOSED, REPLACED: as its writer left it.
 */
enum tw_ring_status {
  TW_STATUS_LIVE,
  TW_STATUS_SILENT,
  TW_STATUS_DEAD,
  TW_STATUS_CLOSED,
  TW_STATUS_REPLACED
};

/* What the directory says of one instrument; texts are UTF-8. */
struct tw_entry {
  uint32_t index;
  uint32_t supersedes; /* index of the entry that this one replaces; all ones = none */
  int64_t tick_size;   /* mantissa at price_exp, or TW_ABSENT */
  int64_t lot_size;    /* mantissa at size_exp, or TW_ABSENT */
  int64_t multiplier_e9;
  int64_t expiry_sec;
  uint8_t asset_class;
  uint8_t text_form;
  int price_exp; /* a price is mantissa x 10^price_exp */
  int size_exp;
  int mark_exp;
  char currency[9];
  char vendor[17];
  char venue[17];
  char symbol[81];
  char canonical[81];
};

union tw_slot {
  uint64_t words[TW_TICK_BYTES / 8];
  struct tw_tick tick;
};

struct tw_ring {
  /* From the header; they do not change. */
  char *path;
  char name[65];
  char vendor[17];
  uint64_t ring_id;
  uint64_t first_position;
  uint32_t slot_count;
  uint32_t directory_capacity;
  uint32_t mode;

  /* The account, in ticks. `cursor` is the next position to be read. */
  uint64_t start;
  uint64_t cursor;
  uint64_t delivered;
  uint64_t padded; /* claimed by a writer that died: no tick */
  uint64_t lost;   /* overwritten before they were read; each is in a gap */

  /* Of the last poll: `run_count` ticks from position `run_first`. */
  uint64_t run_first;
  uint32_t run_count;
  /* Ticks lost right before that run, 0 for none; report it before the run. */
  uint64_t gap_first;
  uint64_t gap_last;
  uint64_t gap_count;
  union tw_slot run[TW_RUN_TICKS_MAX];

  /* Private. */
  unsigned char *base;
  size_t bytes;
  int fd;
  dev_t device;
  ino_t inode;
  uint32_t directory_offset;
  uint32_t slots_offset;
  struct tw_entry **entries;
};

/* A tick of the last run; valid until the next poll. */
static inline const struct tw_tick *tw_ring_tick(const struct tw_ring *ring, uint32_t at) {
  return &ring->run[at].tick;
}

/* ---- memory that another process writes ---------------------------------------------------- */

static inline _Atomic uint64_t *tw_cell_at(const struct tw_ring *ring, size_t offset) {
  return (_Atomic uint64_t *)(void *)(ring->base + offset);
}

static inline _Atomic uint32_t *tw_word_at(const struct tw_ring *ring, size_t offset) {
  return (_Atomic uint32_t *)(void *)(ring->base + offset);
}

static inline double tw_load_double(const struct tw_ring *ring, size_t offset,
                                    memory_order order) {
  uint64_t bits = atomic_load_explicit(tw_cell_at(ring, offset), order);
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint32_t tw_load_word(const struct tw_ring *ring, size_t offset) {
  return atomic_load_explicit(tw_word_at(ring, offset), memory_order_acquire);
}

/* Cursors are doubles that hold integers, 0 ... 2^53 - 1. */
static inline bool tw_position_of(double value, uint64_t *position) {
  if (!(value >= 0.0 && value <= 9007199254740991.0)) return false;
  *position = (uint64_t)value;
  return (double)*position == value;
}

#define TW_AT_STATE 256u
#define TW_AT_EPOCH 260u
#define TW_AT_HEARTBEAT 384u
#define TW_AT_CLAIMED (TW_PAGE_BYTES + 0u)
#define TW_AT_PUBLISHED (TW_PAGE_BYTES + 128u)
#define TW_AT_BELL (TW_PAGE_BYTES + 256u)
#define TW_AT_DIRECTORY_COUNT (TW_PAGE_BYTES + 384u)

static inline bool tw_refuse_cursors(const struct tw_ring *ring, struct tw_error *error) {
  return tw_fail(error, TW_BAD_CURSORS, "%s states claimed %.17g, published %.17g, read up to %llu",
                 ring->path, tw_load_double(ring, TW_AT_CLAIMED, memory_order_relaxed),
                 tw_load_double(ring, TW_AT_PUBLISHED, memory_order_relaxed),
                 (unsigned long long)ring->cursor);
}

/* ---- texts --------------------------------------------------------------------------------- */

/* Bytes of the UTF-8 character at `text`, 0 when it is none: overlong, a surrogate, cut. */
static inline size_t tw_utf8_length(const unsigned char *text, size_t left) {
  unsigned char first = text[0];
  if (first < 0x80) return 1;
  size_t length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length == 0 || length > left) return 0;
  for (size_t at = 1; at < length; at++) {
    if ((text[at] & 0xc0) != 0x80) return 0;
  }
  if (first == 0xe0 && text[1] < 0xa0) return 0;
  if (first == 0xed && text[1] > 0x9f) return 0;
  if (first == 0xf0 && text[1] < 0x90) return 0;
  if (first == 0xf4 && text[1] > 0x8f) return 0;
  return length;
}

/* A zero-padded UTF-8 field; false when it is not UTF-8 followed by zeros only. */
static inline bool tw_read_text(const unsigned char *field, size_t bytes, char *text) {
  size_t end = 0;
  while (end < bytes && field[end] != 0) {
    size_t length = tw_utf8_length(field + end, bytes - end);
    if (length == 0) return false;
    end += length;
  }
  for (size_t at = end; at < bytes; at++) {
    if (field[at] != 0) return false;
  }
  memcpy(text, field, end);
  text[end] = 0;
  return true;
}

static inline uint16_t tw_u16(const unsigned char *at) {
  uint16_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

static inline uint32_t tw_u32(const unsigned char *at) {
  uint32_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

static inline uint64_t tw_u64(const unsigned char *at) {
  uint64_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

static inline double tw_f64(const unsigned char *at) {
  double value;
  memcpy(&value, at, sizeof value);
  return value;
}

/* ---- the header ---------------------------------------------------------------------------- */

static inline uint64_t tw_whole_pages(uint64_t bytes) {
  return (bytes + TW_PAGE_BYTES - 1) / TW_PAGE_BYTES * TW_PAGE_BYTES;
}

static inline bool tw_require_range(const char *field, uint32_t value, uint32_t min,
                                    uint32_t max, struct tw_error *error) {
  if (value >= min && value <= max) return true;
  return tw_fail(error, TW_BAD_GEOMETRY, "%s %u is outside %u ... %u", field, value, min, max);
}

/* The sizes decide the places; a file that states others was not written by this layout. */
static inline bool tw_read_geometry(struct tw_ring *ring, struct tw_error *error) {
  const unsigned char *h = ring->base;
  uint32_t slots = tw_u32(h + 20);
  uint32_t entries = tw_u32(h + 24);
  uint32_t channels = tw_u32(h + 28);
  if (!tw_require_range("slotCount", slots, 8, 1u << 26, error)) return false;
  if ((slots & (slots - 1)) != 0) {
    return tw_fail(error, TW_BAD_GEOMETRY, "%u slots is not a power of two", slots);
  }
  if (!tw_require_range("directoryCapacity", entries, 1, 65536, error)) return false;
  if (!tw_require_range("resumeCapacity", channels, 1, 65536, error)) return false;
  uint64_t directory = 2 * TW_PAGE_BYTES;
  uint64_t resume = tw_whole_pages(directory + (uint64_t)entries * TW_ENTRY_BYTES);
  uint64_t slots_at = resume + 2 * tw_whole_pages(64 + (uint64_t)channels * 32);
  uint64_t total = slots_at + (uint64_t)slots * TW_TICK_BYTES;
  const struct {
    const char *field;
    uint64_t stated, expected;
  } sizes[] = {
      {"slotBytes", tw_u32(h + 16), TW_TICK_BYTES},
      {"cursorsOffset", tw_u32(h + 32), TW_PAGE_BYTES},
      {"directoryOffset", tw_u32(h + 36), directory},
      {"resumeOffset", tw_u32(h + 40), resume},
      {"slotsOffset", tw_u32(h + 44), slots_at},
  };
  for (size_t at = 0; at < sizeof sizes / sizeof sizes[0]; at++) {
    if (sizes[at].stated == sizes[at].expected) continue;
    return tw_fail(error, TW_BAD_GEOMETRY, "%s is %llu, its geometry gives %llu", sizes[at].field,
                   (unsigned long long)sizes[at].stated, (unsigned long long)sizes[at].expected);
  }
  if (tw_f64(h + 48) != (double)total) {
    return tw_fail(error, TW_BAD_GEOMETRY, "totalBytes is %.17g, its geometry gives %llu",
                   tw_f64(h + 48), (unsigned long long)total);
  }
  if (ring->bytes < total) {
    return tw_fail(error, TW_TRUNCATED, "%zu bytes, the ring needs %llu", ring->bytes,
                   (unsigned long long)total);
  }
  ring->slot_count = slots;
  ring->directory_capacity = entries;
  ring->directory_offset = (uint32_t)directory;
  ring->slots_offset = (uint32_t)slots_at;
  return true;
}

/* Whatever the bytes are: true and a ring whose sections lie inside the file, or a reason. */
static inline bool tw_read_header(struct tw_ring *ring, struct tw_error *error) {
  const unsigned char *h = ring->base;
  if (ring->bytes < 2 * TW_PAGE_BYTES) {
    return tw_fail(error, TW_TRUNCATED, "%zu bytes, the ring needs %u", ring->bytes,
                   2 * TW_PAGE_BYTES);
  }
  if (memcmp(h, "TICKRING", 8) != 0) return tw_fail(error, TW_BAD_MAGIC, "not a ring file");
  uint32_t probe = tw_u32(h + 12);
  if (probe != 0x01020304u) {
    enum tw_code code = probe == 0x04030201u ? TW_WRONG_ENDIAN : TW_BAD_HEADER;
    return tw_fail(error, code, "byte order probe is 0x%x", probe);
  }
  uint32_t version = tw_u32(h + 8);
  if (version != TW_RING_LAYOUT_VERSION) {
    return tw_fail(error, TW_BAD_VERSION, "ring layout version %u, this program knows %u", version,
                   TW_RING_LAYOUT_VERSION);
  }
  if (!tw_read_geometry(ring, error)) return false;
  ring->ring_id = tw_u64(h + 56);
  if (ring->ring_id == 0) return tw_fail(error, TW_BAD_HEADER, "the ring id is 0");
  if (!tw_read_text(h + 128, 64, ring->name) || ring->name[0] == 0) {
    return tw_fail(error, TW_BAD_HEADER, "the name of the ring is no text");
  }
  if (!tw_read_text(h + 192, 16, ring->vendor) || ring->vendor[0] == 0) {
    return tw_fail(error, TW_BAD_HEADER, "the vendor of the ring is no text");
  }
  if (tw_u16(h + 76) >= tw_u16(h + 78)) {
    return tw_fail(error, TW_BAD_HEADER, "partition %u of %u", tw_u16(h + 76), tw_u16(h + 78));
  }
  if (!tw_position_of(tw_f64(h + 64), &ring->first_position)) {
    return tw_fail(error, TW_BAD_HEADER, "first position %.17g", tw_f64(h + 64));
  }
  if (!isfinite(tw_f64(h + 80))) {
    return tw_fail(error, TW_BAD_HEADER, "the time of creation is no number");
  }
  ring->mode = tw_u32(h + 72);
  if (ring->mode != TW_LIVE && ring->mode != TW_PACED) {
    return tw_fail(error, TW_BAD_HEADER, "mode %u is unknown", ring->mode);
  }
  uint32_t state = tw_load_word(ring, TW_AT_STATE);
  if (state < TW_OPEN || state > TW_REPLACED) {
    return tw_fail(error, TW_BAD_HEADER, "state %u is unknown", state);
  }
  return true;
}

/* Where a reader that attaches now begins. */
static inline bool tw_choose_start(struct tw_ring *ring, enum tw_from from,
                                   struct tw_error *error) {
  uint64_t published, claimed;
  if (!tw_position_of(tw_load_double(ring, TW_AT_PUBLISHED, memory_order_acquire), &published) ||
      !tw_position_of(tw_load_double(ring, TW_AT_CLAIMED, memory_order_acquire), &claimed) ||
      claimed < published || published < ring->first_position) {
    return tw_refuse_cursors(ring, error);
  }
  ring->start = published;
  if (from == TW_FROM_OLDEST) {
    ring->start = ring->first_position;
    if (claimed - ring->first_position > ring->slot_count) {
      /* The oldest slots of a live ring are gone before they are copied: leave them alone. */
      bool overwriting = tw_load_word(ring, TW_AT_STATE) == TW_OPEN && ring->mode == TW_LIVE;
      uint64_t oldest = claimed - ring->slot_count + (overwriting ? ring->slot_count / 16 : 0);
      ring->start = oldest < published ? oldest : published;
    }
  }
  ring->cursor = ring->start;
  return true;
}

/* ---- opening ------------------------------------------------------------------------------- */

static inline bool tw_is_own_group(gid_t group) {
  if (group == getegid()) return true;
  int count = getgroups(0, NULL);
  if (count <= 0) return false;
  gid_t *groups = malloc((size_t)count * sizeof *groups);
  bool found = false;
  if (groups != NULL) {
    count = getgroups(count, groups);
    for (int at = 0; at < count; at++) found = found || groups[at] == group;
  }
  free(groups);
  return found;
}

/*
 * Trusted is a regular file that only its owner can write, whose owner is this user, root, or the
 * owner of the folder when the file's group is one of ours and nobody else can write the folder.
 */
static inline bool tw_require_trusted(const char *path, const struct stat *file,
                                      struct tw_error *error) {
  if (!S_ISREG(file->st_mode)) {
    return tw_fail(error, TW_NOT_TRUSTED, "%s is not a regular file", path);
  }
  if ((file->st_mode & 022) != 0) {
    return tw_fail(error, TW_NOT_TRUSTED, "%s can be written by others", path);
  }
  if (file->st_uid == geteuid() || file->st_uid == 0) return true;
  const char *slash = strrchr(path, '/');
  size_t length = slash == NULL || slash == path ? 1 : (size_t)(slash - path);
  char *folder = slash == NULL ? strdup(".") : strndup(path, length);
  struct stat above;
  bool own_folder = folder != NULL && stat(folder, &above) == 0 &&
                    above.st_uid == file->st_uid && (above.st_mode & 022) == 0;
  free(folder);
  if (own_folder && geteuid() != 0 && tw_is_own_group(file->st_gid)) return true;
  return tw_fail(error, TW_NOT_TRUSTED,
                 "%s belongs to user %u, who is not this user, root or of our group", path,
                 (unsigned)file->st_uid);
}

static inline bool tw_map_file(struct tw_ring *ring, struct tw_error *error) {
  const char *path = ring->path;
  /* O_NONBLOCK: opening a FIFO that somebody put there must not hang. */
  ring->fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (ring->fd < 0) {
    if (errno == ENOENT) return tw_fail(error, TW_NOT_FOUND, "there is no file %s", path);
    if (errno == ELOOP) return tw_fail(error, TW_NOT_TRUSTED, "%s is a link", path);
    return tw_fail(error, TW_SYSTEM, "cannot open %s: %s", path, strerror(errno));
  }
  struct stat file;
  if (fstat(ring->fd, &file) != 0) {
    return tw_fail(error, TW_SYSTEM, "cannot look at %s: %s", path, strerror(errno));
  }
  if (!tw_require_trusted(path, &file, error)) return false;
  if (file.st_size == 0) return tw_fail(error, TW_BAD_SIZE, "%s has 0 bytes", path);
  void *base = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_SHARED, ring->fd, 0);
  if (base == MAP_FAILED) {
    return tw_fail(error, TW_SYSTEM, "cannot map %s: %s", path, strerror(errno));
  }
  ring->base = base;
  ring->bytes = (size_t)file.st_size;
  ring->device = file.st_dev;
  ring->inode = file.st_ino;
  return true;
}

static inline void tw_ring_close(struct tw_ring *ring) {
  if (ring == NULL) return;
  if (ring->entries != NULL) {
    for (uint32_t at = 0; at < ring->directory_capacity; at++) free(ring->entries[at]);
  }
  free(ring->entries);
  if (ring->base != NULL) munmap(ring->base, ring->bytes);
  if (ring->fd >= 0) close(ring->fd);
  free(ring->path);
  free(ring);
}

/* Opens and validates the ring at `path`. NULL, with the reason in `error`, when it cannot. */
static inline struct tw_ring *tw_ring_open(const char *path, enum tw_from from,
                                           struct tw_error *error) {
  struct tw_ring *ring = calloc(1, sizeof *ring);
  if (ring == NULL) {
    tw_fail(error, TW_SYSTEM, "out of memory");
    return NULL;
  }
  ring->fd = -1;
  ring->path = strdup(path);
  bool opened = ring->path != NULL || tw_fail(error, TW_SYSTEM, "out of memory");
  opened = opened && tw_map_file(ring, error) && tw_read_header(ring, error) &&
           tw_choose_start(ring, from, error);
  if (opened) {
    ring->entries = calloc(ring->directory_capacity, sizeof *ring->entries);
    opened = ring->entries != NULL || tw_fail(error, TW_SYSTEM, "out of memory");
  }
  if (opened) return ring;
  tw_ring_close(ring);
  return NULL;
}

/* ---- reading ------------------------------------------------------------------------------- */

/*
 * The slots may be overwritten while they are copied, so each word is an atomic load; relaxed ones
 * are plain moves. What is torn is found afterwards.
 */
static inline void tw_copy_out(struct tw_ring *ring, uint32_t count) {
  for (uint32_t at = 0; at < count; at++) {
    size_t slot = (size_t)((ring->cursor + at) & (ring->slot_count - 1));
    _Atomic uint64_t *from = tw_cell_at(ring, ring->slots_offset + slot * TW_TICK_BYTES);
    for (unsigned word = 0; word < TW_TICK_BYTES / 8; word++) {
      ring->run[at].words[word] = atomic_load_explicit(from + word, memory_order_relaxed);
    }
  }
}

static inline void tw_report_gap(struct tw_ring *ring, uint64_t next) {
  if (ring->gap_count == 0) ring->gap_first = ring->cursor;
  ring->gap_last = next - 1;
  ring->gap_count += next - ring->cursor;
  ring->lost += next - ring->cursor;
  ring->cursor = next;
}

/* Everything in the copy may be torn: go on half a ring behind the writer. */
static inline bool tw_skip_lap(struct tw_ring *ring, uint64_t safe_from, struct tw_error *error) {
  uint64_t published;
  if (!tw_position_of(tw_load_double(ring, TW_AT_PUBLISHED, memory_order_acquire), &published)) {
    return tw_refuse_cursors(ring, error);
  }
  uint64_t half = ring->slot_count / 2;
  uint64_t next = published > half ? published - half : 0;
  tw_report_gap(ring, next > safe_from ? next : safe_from);
  return true;
}

/* Skips PADs at the front and hands out up to the next one. */
static inline uint32_t tw_deliver(struct tw_ring *ring, uint32_t run) {
  uint32_t pads = 0;
  while (pads < run && ring->run[pads].tick.kind == TW_KIND_PAD) pads++;
  if (pads > 0) {
    ring->padded += pads;
    ring->cursor += pads;
    run -= pads;
    memmove(ring->run, ring->run + pads, run * sizeof ring->run[0]);
  }
  uint32_t found = 0;
  while (found < run && ring->run[found].tick.kind != TW_KIND_PAD) found++;
  ring->run_first = ring->cursor;
  ring->run_count = found;
  ring->cursor += found;
  ring->delivered += found;
  return found;
}

/*
 * Copies the next run and returns how many ticks it has; 0 when there is nothing, or only a gap:
 * look at `gap_count` first, always. -1 when the writer stored what is no position: detach.
 */
static inline int tw_ring_poll(struct tw_ring *ring, uint32_t ticks_max, struct tw_error *error) {
  uint32_t limit = ticks_max < TW_RUN_TICKS_MAX ? ticks_max : TW_RUN_TICKS_MAX;
  if (limit > ring->slot_count) limit = ring->slot_count;
  ring->run_count = 0;
  ring->gap_count = 0;
  /* How often one poll starts again because the writer lapped it meanwhile. */
  for (int laps = 0; laps < 4;) {
    uint64_t published, claimed;
    if (!tw_position_of(tw_load_double(ring, TW_AT_PUBLISHED, memory_order_acquire), &published) ||
        published < ring->cursor) {
      tw_refuse_cursors(ring, error);
      return -1;
    }
    if (published == ring->cursor || limit == 0) return 0;
    uint64_t available = published - ring->cursor;
    uint32_t run = available < limit ? (uint32_t)available : limit;
    tw_copy_out(ring, run);
    atomic_thread_fence(memory_order_acquire);
    /* No writer publishes what it has not claimed, and the claim is loaded later. */
    if (!tw_position_of(tw_load_double(ring, TW_AT_CLAIMED, memory_order_relaxed), &claimed) ||
        claimed < ring->cursor + run) {
      tw_refuse_cursors(ring, error);
      return -1;
    }
    uint64_t safe_from = claimed > ring->slot_count ? claimed - ring->slot_count : 0;
    if (safe_from > ring->cursor) {
      uint64_t torn = safe_from - ring->cursor;
      if (torn >= run) {
        if (!tw_skip_lap(ring, safe_from, error)) return -1;
        laps++;
        continue;
      }
      /* Only the front may be torn: the rest is kept. */
      run -= (uint32_t)torn;
      memmove(ring->run, ring->run + torn, run * sizeof ring->run[0]);
      tw_report_gap(ring, safe_from);
    }
    uint32_t found = tw_deliver(ring, run);
    if (found > 0 || ring->gap_count > 0) return (int)found;
  }
  return 0;
}

/* ---- the directory ------------------------------------------------------------------------- */

static inline bool tw_bad_entry(struct tw_error *error, uint32_t index, const char *field) {
  return tw_fail(error, TW_BAD_ENTRY, "directory entry %u: %s is outside its domain", index, field);
}

static inline bool tw_is_mantissa(int64_t value) {
  return value == TW_ABSENT || (value >= -9007199254740991 && value <= 9007199254740991);
}

static inline bool tw_decode_entry(const unsigned char *b, uint32_t index, struct tw_entry *entry,
                                   struct tw_error *error) {
  entry->index = tw_u32(b);
  entry->supersedes = tw_u32(b + 4);
  entry->tick_size = (int64_t)tw_u64(b + 8);
  entry->lot_size = (int64_t)tw_u64(b + 16);
  entry->multiplier_e9 = (int64_t)tw_u64(b + 24);
  entry->expiry_sec = (int64_t)tw_u64(b + 32);
  entry->asset_class = b[40];
  entry->text_form = b[41];
  entry->price_exp = (int8_t)b[42];
  entry->size_exp = (int8_t)b[43];
  entry->mark_exp = (int8_t)b[44];
  if (entry->index != index) return tw_bad_entry(error, index, "index");
  if (entry->supersedes != UINT32_MAX && entry->supersedes >= index) {
    return tw_bad_entry(error, index, "supersedes");
  }
  if (!tw_is_mantissa(entry->tick_size)) return tw_bad_entry(error, index, "tickSize");
  if (!tw_is_mantissa(entry->lot_size)) return tw_bad_entry(error, index, "lotSize");
  if (!tw_is_mantissa(entry->multiplier_e9)) return tw_bad_entry(error, index, "multiplierE9");
  if (!tw_is_mantissa(entry->expiry_sec)) return tw_bad_entry(error, index, "expirySec");
  if (entry->asset_class > 9) return tw_bad_entry(error, index, "assetClass");
  if (entry->text_form > 2) return tw_bad_entry(error, index, "textForm");
  if (abs(entry->price_exp) > 18) return tw_bad_entry(error, index, "priceExp");
  if (abs(entry->size_exp) > 18) return tw_bad_entry(error, index, "sizeExp");
  if (abs(entry->mark_exp) > 18) return tw_bad_entry(error, index, "markExp");
  if (!tw_read_text(b + 48, 8, entry->currency)) return tw_bad_entry(error, index, "currency");
  if (!tw_read_text(b + 56, 16, entry->vendor)) return tw_bad_entry(error, index, "vendor");
  if (!tw_read_text(b + 72, 16, entry->venue)) return tw_bad_entry(error, index, "venue");
  if (!tw_read_text(b + 88, 80, entry->symbol)) return tw_bad_entry(error, index, "symbol");
  if (!tw_read_text(b + 168, 80, entry->canonical)) return tw_bad_entry(error, index, "canonical");
  return true;
}

/*
 * The entry of a dense index. True with `*found` NULL when there is none; false, with the reason,
 * when its bytes are out of their domain. Entries never change; they live as long as the ring is
 * open.
 */
static inline bool tw_ring_entry(struct tw_ring *ring, uint32_t index,
                                 const struct tw_entry **found, struct tw_error *error) {
  *found = NULL;
  if (index < ring->directory_capacity && ring->entries[index] != NULL) {
    *found = ring->entries[index];
    return true;
  }
  /* The entry is written before the count, and the count before the first tick that uses it. */
  uint32_t count = tw_load_word(ring, TW_AT_DIRECTORY_COUNT);
  if (count > ring->directory_capacity) {
    return tw_fail(error, TW_BAD_ENTRY, "%u entries, capacity %u", count,
                   ring->directory_capacity);
  }
  if (index >= count) return true;
  struct tw_entry *entry = malloc(sizeof *entry);
  if (entry == NULL) return tw_fail(error, TW_SYSTEM, "out of memory");
  const unsigned char *at = ring->base + ring->directory_offset + (size_t)index * TW_ENTRY_BYTES;
  if (!tw_decode_entry(at, index, entry, error)) {
    free(entry);
    return false;
  }
  ring->entries[index] = entry;
  *found = entry;
  return true;
}

/* ---- the ring's life ----------------------------------------------------------------------- */

/* Writers so far. It grows when a new writer goes on in the ring of one that died. */
static inline uint32_t tw_ring_epoch(const struct tw_ring *ring) {
  return tw_load_word(ring, TW_AT_EPOCH);
}

/* A state that this version does not know ends the ring for it: it must not wait for ever. */
static inline enum tw_state tw_ring_state(const struct tw_ring *ring) {
  uint32_t state = tw_load_word(ring, TW_AT_STATE);
  return state == TW_OPEN ? TW_OPEN : state == TW_REPLACED ? TW_REPLACED : TW_CLOSED;
}

/* Whether there is nothing to read now. */
static inline bool tw_ring_quiet(const struct tw_ring *ring) {
  return tw_load_double(ring, TW_AT_PUBLISHED, memory_order_acquire) == (double)ring->cursor;
}

/* Whether everything that will ever come has been read. */
static inline bool tw_ring_drained(const struct tw_ring *ring) {
  /* The state is stored after the last tick is published: look at the state first. */
  return tw_ring_state(ring) != TW_OPEN && tw_ring_quiet(ring);
}

/* Whether the path names another file now. */
static inline bool tw_ring_superseded(const struct tw_ring *ring) {
  struct stat now;
  if (stat(ring->path, &now) != 0) return false;
  return now.st_ino != ring->inode || now.st_dev != ring->device;
}

static inline double tw_monotonic_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static inline bool tw_ring_heartbeat_missed(const struct tw_ring *ring, double now_ns) {
  double beat = tw_load_double(ring, TW_AT_HEARTBEAT, memory_order_relaxed);
  return !(now_ns - beat <= TW_SILENT_AFTER_NS);
}

/* The lock of the ring decides whether its writer lives, not its heartbeat. */
static inline bool tw_ring_locked(const struct tw_ring *ring) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};
  if (fcntl(ring->fd, F_OFD_GETLK, &lock) != 0) return false;
  return lock.l_type != F_UNLCK;
}

static inline enum tw_ring_status tw_ring_status(const struct tw_ring *ring, double now_ns) {
  enum tw_state state = tw_ring_state(ring);
  if (state == TW_CLOSED) return TW_STATUS_CLOSED;
  if (state == TW_REPLACED) return TW_STATUS_REPLACED;
  if (!tw_ring_heartbeat_missed(ring, now_ns)) return TW_STATUS_LIVE;
  return tw_ring_locked(ring) ? TW_STATUS_SILENT : TW_STATUS_DEAD;
}

static inline const char *tw_ring_status_name(enum tw_ring_status status) {
  static const char *const names[] = {"live", "silent", "dead", "closed", "replaced"};
  return names[status];
}

/*
 * There is nothing to read: is the ring still the one of its name? To be asked some 20 times a
 * second. Returns the successor, read from its oldest tick, when there is one; then report the old
 * account and close the old ring. NULL with `error->code` TW_OK: go on waiting. NULL with another
 * code: the successor cannot be opened (yet): its writer may be about to replace it.
 */
static inline struct tw_ring *tw_ring_successor(const struct tw_ring *ring, double now_ns,
                                                struct tw_error *error) {
  error->code = TW_OK;
  bool gone = tw_ring_drained(ring) || tw_ring_heartbeat_missed(ring, now_ns);
  /* The tail of a ring is read before it is left. */
  if (!gone || !tw_ring_quiet(ring) || !tw_ring_superseded(ring)) return NULL;
  return tw_ring_open(ring->path, TW_FROM_OLDEST, error);
}

/*
 * Sleeps until the writer rings, at most `timeout_ms`; not at all when there is something to read.
 * Only the writer writes the bell, and a reader leaves nothing behind, so no wake-up is lost: the
 * bell is read first, then what it rings for; what came in between has changed the bell.
 */
static inline void tw_ring_park(const struct tw_ring *ring, unsigned timeout_ms) {
  uint32_t bell = tw_load_word(ring, TW_AT_BELL);
  if (!tw_ring_quiet(ring)) return;
  unsigned limit = tw_ring_state(ring) == TW_OPEN ? TW_PARK_MS_MAX : TW_SUCCESSOR_LOOK_MS;
  if (timeout_ms > limit) timeout_ms = limit;
  struct timespec timeout = {.tv_sec = 0, .tv_nsec = (long)timeout_ms * 1000000L};
  syscall(SYS_futex, ring->base + TW_AT_BELL, FUTEX_WAIT, bell, &timeout, NULL, 0);
}

#endif
