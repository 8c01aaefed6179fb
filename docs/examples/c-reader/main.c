/*
 * Reads one live Tickwire ring and prints its ticks, one JSON object a line, as
 * `tickwire tail --json` does:  make && ./tickwire-reader --ring kucoin.0
 *
 * Lines go to stdout; what happens to the ring, and the account, to stderr.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <wchar.h>
#include <wctype.h>

#include "ring_folder.h"
#include "tick_json.h"
#include "tickwire_ring.h"

/* How often an idle reader looks whether its ring's writer lives, and whether it was replaced. */
#define LOOK_INTERVAL_NS 50e6
#define PARK_MS 50u
#define OUTPUT_BYTES_MAX 65536u
#define LINGER_MS_DEFAULT 2000.0
/* Unreadable ticks that are named on stderr; the others are only counted. */
#define NOTES_MAX 10u

enum exit_code {
  EXIT_OK = 0,
  EXIT_FAILED = 1,      /* the operating system refused something */
  EXIT_USAGE = 2,       /* an option that is none, or a name that no ring can have */
  EXIT_NOT_FOUND = 3,   /* no ring of that name */
  EXIT_NOT_TRUSTED = 4, /* a file that others could write, a link, or no file */
  EXIT_NOT_A_RING = 5,  /* not a ring, cut, or of another layout version */
  EXIT_DAMAGED = 6      /* the ring states what no writer of one stores */
};

struct list {
  char **items;
  size_t count;
};

struct options {
  const char *ring;
  char dir[PATH_MAX];
  enum tw_from from;
  uint64_t count; /* 0: no end */
  struct list symbols; /* in capitals */
  bool kinds[256];
  bool any_kind;
  bool summary;
  double linger_ms; /* below 0: for ever */
};

/* What was read of one ring besides its account. */
struct tally {
  uint64_t gaps;
  uint64_t unreadable; /* ticks with an impossible value, or of an unreadable instrument */
  uint64_t kinds[256];
  uint32_t crc;
};

struct reader {
  struct options options;
  char *path;
  struct tw_ring *ring;
  struct tw_text text;
  struct tally tally;
  uint64_t printed;
  uint64_t noted;
  uint32_t epoch;
  enum tw_ring_status status;
  enum tw_code refused; /* why the successor cannot be opened, already told */
  double looked_at_ns;
  double ended_at_ns; /* when the ring was found closed and read to its end; 0: it is not */
  bool output_closed;
};

static volatile sig_atomic_t stopping;

static void on_signal(int number) {
  (void)number;
  stopping = 1;
}

/* ---- words --------------------------------------------------------------------------------- */

static const char help[] =
    "Usage: tickwire-reader [options]\n"
    "\n"
    "Prints the ticks of a live ring as they come, one JSON object a line, as\n"
    "`tickwire tail --json` does.\n"
    "\n"
    "  --ring NAME         the ring, such as kucoin.0 or bars.0; may be left out when there\n"
    "                      is only one in the folder\n"
    "  --dir FOLDER        folder of the rings; else TICKWIRE_RING_DIR, else the one of the\n"
    "                      data folder\n"
    "  --data-dir FOLDER   data folder of the system (default: .tickwire)\n"
    "  --from WHERE        latest (default): what comes from now on; oldest: first what the\n"
    "                      ring still holds\n"
    "  --count N           stop after N printed ticks\n"
    "  --symbol SYMBOLS    only these symbols; repeat it or use commas\n"
    "  --kind KINDS        only these kinds of ticks; CLOCK is shown only when asked for\n"
    "  --summary           print no ticks: count them by kind, with a CRC-32 of their bytes\n"
    "  --linger SECONDS    wait so long for the successor of a ring that was closed, and end\n"
    "                      when none comes (default: 2; 0: do not wait; forever)\n"
    "  --help              this text\n"
    "\n"
    "Exit codes: 0 ended in order, 1 failed, 2 usage, 3 no such ring, 4 not trusted,\n"
    "5 not a ring of this version, 6 the ring is damaged.\n";

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
}

static void usage(const char *format, const char *value) __attribute__((noreturn));
static void usage(const char *format, const char *value) {
  fprintf(stderr, "USAGE: ");
  fprintf(stderr, format, value);
  fprintf(stderr, "; --help lists the options\n");
  exit(EXIT_USAGE);
}

static enum exit_code exit_code_of(enum tw_code code) {
  switch (code) {
    case TW_OK:
      return EXIT_OK;
    case TW_NOT_FOUND:
      return EXIT_NOT_FOUND;
    case TW_NOT_TRUSTED:
      return EXIT_NOT_TRUSTED;
    case TW_SYSTEM:
      return EXIT_FAILED;
    case TW_BAD_CURSORS:
    case TW_BAD_ENTRY:
      return EXIT_DAMAGED;
    default:
      return EXIT_NOT_A_RING;
  }
}

/* ---- options ------------------------------------------------------------------------------- */

/* In capitals, as the locale knows them: C.UTF-8 knows all letters. */
static char *in_capitals(const char *text) {
  size_t left = strlen(text);
  char *capitals = malloc(left * 4 + 1);
  if (capitals == NULL) exit(EXIT_FAILED);
  char *to = capitals;
  mbstate_t in = {0}, out = {0};
  while (left > 0) {
    wchar_t letter;
    size_t bytes = mbrtowc(&letter, text, left, &in);
    if (bytes == 0 || bytes > left) { /* no character: as it is */
      memset(&in, 0, sizeof in);
      *to++ = (char)toupper((unsigned char)*text);
      bytes = 1;
    } else {
      size_t written = wcrtomb(to, (wchar_t)towupper((wint_t)letter), &out);
      if (written == (size_t)-1) exit(EXIT_FAILED);
      to += written;
    }
    text += bytes;
    left -= bytes;
  }
  *to = 0;
  return capitals;
}

/* Calls `add` with each item of `a,b`; spaces around an item do not count. */
static void each_item(struct options *options, const char *option, char *items,
                      void (*add)(struct options *, char *)) {
  size_t found = 0;
  for (char *rest = items, *item; (item = strsep(&rest, ",")) != NULL;) {
    while (isspace((unsigned char)*item)) item++;
    char *end = item + strlen(item);
    while (end > item && isspace((unsigned char)end[-1])) *--end = 0;
    if (*item == 0) continue;
    add(options, item);
    found++;
  }
  if (found == 0) usage("%s wants names separated by commas", option);
}

static void add_symbol(struct options *options, char *symbol) {
  struct list *list = &options->symbols;
  char **longer = realloc(list->items, (list->count + 1) * sizeof *longer);
  if (longer == NULL) exit(EXIT_FAILED);
  list->items = longer;
  list->items[list->count++] = in_capitals(symbol);
}

static void add_kind(struct options *options, char *name) {
  for (char *at = name; *at != 0; at++) *at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
  for (unsigned kind = 0; kind < 256; kind++) {
    const char *known = tw_kind_name((uint8_t)kind);
    if (known == NULL || strcmp(known, name) != 0) continue;
    options->kinds[kind] = true;
    options->any_kind = true;
    return;
  }
  usage("there is no tick kind %s", name);
}

static uint64_t whole_number(const char *option, const char *text) {
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  bool digits = *text != 0 && strspn(text, "0123456789") == strlen(text);
  if (!digits || errno != 0 || value < 1) usage("%s wants a whole number from 1 on", option);
  return value;
}

static double linger_of(const char *text) {
  if (strcmp(text, "forever") == 0) return -1;
  char *end;
  double seconds = strtod(text, &end);
  if (end == text || *end != 0 || !(seconds >= 0 && seconds <= 2678400)) {
    usage("--linger wants seconds, or forever, not %s", text);
  }
  return seconds * 1e3;
}

static void copy_path(char to[PATH_MAX], const char *from) {
  if (strlen(from) >= PATH_MAX || from[0] == 0) usage("%s is no folder", from);
  strcpy(to, from);
}

static void read_options(struct options *options, int count, char **words) {
  static const struct option known[] = {
      {"ring", required_argument, NULL, 'r'},     {"dir", required_argument, NULL, 'd'},
      {"ring-dir", required_argument, NULL, 'd'}, {"data-dir", required_argument, NULL, 'D'},
      {"from", required_argument, NULL, 'f'},     {"count", required_argument, NULL, 'c'},
      {"symbol", required_argument, NULL, 's'},   {"kind", required_argument, NULL, 'k'},
      {"summary", no_argument, NULL, 'S'},        {"linger", required_argument, NULL, 'l'},
      {"help", no_argument, NULL, 'h'},           {NULL, 0, NULL, 0}};
  const char *data_dir = ".tickwire";
  const char *from_environment = getenv("TICKWIRE_RING_DIR");
  if (from_environment != NULL && *from_environment != 0) {
    copy_path(options->dir, from_environment);
  }
  opterr = 0; /* we say it ourselves */
  options->from = TW_FROM_LATEST;
  options->linger_ms = LINGER_MS_DEFAULT;
  for (int letter; (letter = getopt_long(count, words, "h", known, NULL)) != -1;) {
    switch (letter) {
      case 'r':
        options->ring = optarg;
        break;
      case 'd':
        copy_path(options->dir, optarg);
        break;
      case 'D':
        data_dir = optarg;
        options->dir[0] = 0;
        break;
      case 'f':
        if (strcmp(optarg, "oldest") == 0) options->from = TW_FROM_OLDEST;
        else if (strcmp(optarg, "latest") == 0) options->from = TW_FROM_LATEST;
        else usage("--from wants oldest or latest, not %s", optarg);
        break;
      case 'c':
        options->count = whole_number("--count", optarg);
        break;
      case 's':
        each_item(options, "--symbol", optarg, add_symbol);
        break;
      case 'k':
        each_item(options, "--kind", optarg, add_kind);
        break;
      case 'S':
        options->summary = true;
        break;
      case 'l':
        options->linger_ms = linger_of(optarg);
        break;
      case 'h':
        fputs(help, stdout);
        exit(EXIT_OK);
      default:
        usage("%s was not understood", words[optind - 1]);
    }
  }
  if (optind < count) usage("%s is no option", words[optind]);
  if (options->dir[0] == 0 && !tw_default_ring_dir(data_dir, options->dir)) {
    usage("%s is no folder", data_dir);
  }
}

/* The ring that was asked for, or the only one that there is. */
static const char *choose_ring(const struct options *options) {
  if (options->ring != NULL) {
    if (tw_is_ring_name(options->ring)) return options->ring;
    say("BAD_NAME: %s cannot be the name of a ring", options->ring);
    exit(EXIT_USAGE);
  }
  size_t count;
  char **names = tw_list_rings(options->dir, &count);
  if (count == 1) {
    char *only = names[0];
    free(names);
    return only;
  }
  if (count == 0) {
    say("NOT_FOUND: there is no ring in %s; start its gateway first", options->dir);
    exit(EXIT_NOT_FOUND);
  }
  fprintf(stderr, "USAGE: there are several rings, choose one with --ring:");
  for (size_t at = 0; at < count; at++) fprintf(stderr, " %s", names[at]);
  fputc('\n', stderr);
  exit(EXIT_USAGE);
}

/* ---- output -------------------------------------------------------------------------------- */

/* Whoever reads our lines slowly makes us lapped, and the next gap says so. */
static void flush(struct reader *reader) {
  struct tw_text *text = &reader->text;
  for (size_t at = 0; at < text->length && !reader->output_closed;) {
    ssize_t written = write(STDOUT_FILENO, text->bytes + at, text->length - at);
    if (written >= 0) {
      at += (size_t)written;
    } else if (errno == EAGAIN) {
      struct pollfd ready = {.fd = STDOUT_FILENO, .events = POLLOUT};
      poll(&ready, 1, 100);
    } else if (errno == EPIPE) {
      reader->output_closed = true; /* had enough, as `| head` does: no error */
    } else if (errno != EINTR) {
      say("SYSTEM: cannot write the output: %s", strerror(errno));
      exit(EXIT_FAILED);
    }
  }
  text->length = 0;
}

static uint32_t crc32_of(uint32_t before, const void *bytes, size_t length) {
  static uint32_t table[256];
  if (table[1] == 0) {
    for (uint32_t n = 0; n < 256; n++) {
      uint32_t crc = n;
      for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
      table[n] = crc;
    }
  }
  uint32_t crc = ~before;
  const unsigned char *byte = bytes;
  for (size_t at = 0; at < length; at++) crc = crc >> 8 ^ table[(crc ^ byte[at]) & 255];
  return ~crc;
}

/* published - start = delivered + padded + lost + inFlight. */
static void put_account(struct tw_text *text, const struct reader *reader) {
  const struct tw_ring *ring = reader->ring;
  uint64_t published;
  if (!tw_position_of(tw_load_double(ring, TW_AT_PUBLISHED, memory_order_acquire), &published)) {
    published = ring->cursor;
  }
  tw_put(text, "{\"ring\":");
  tw_put_string(text, reader->options.ring);
  tw_key(text, "ringId");
  tw_put(text, "\"");
  tw_put_hex64(text, ring->ring_id);
  tw_put(text, "\"");
  tw_number(text, "epoch", tw_ring_epoch(ring));
  tw_number(text, "start", ring->start);
  tw_number(text, "published", published);
  tw_number(text, "cursor", ring->cursor);
  tw_number(text, "delivered", ring->delivered);
  tw_number(text, "padded", ring->padded);
  tw_number(text, "lost", ring->lost);
  tw_key(text, "inFlight");
  tw_put_i64(text, (int64_t)(published - ring->cursor));
  tw_number(text, "gaps", reader->tally.gaps);
  tw_number(text, "unreadable", reader->tally.unreadable);
}

static void put_summary(struct tw_text *text, const struct reader *reader) {
  put_account(text, reader);
  tw_put(text, ",\"kinds\":{");
  bool first = true;
  for (unsigned kind = 0; kind < 256; kind++) {
    uint64_t count = reader->tally.kinds[kind];
    if (count == 0) continue;
    const char *name = tw_kind_name((uint8_t)kind);
    char unknown[16];
    snprintf(unknown, sizeof unknown, "UNKNOWN(%u)", kind);
    tw_put(text, first ? "\"" : ",\"");
    tw_put(text, name == NULL ? unknown : name);
    tw_put(text, "\":");
    tw_put_u64(text, count);
    first = false;
  }
  char crc[32];
  snprintf(crc, sizeof crc, "},\"crc32\":\"%08x\"}\n", reader->tally.crc);
  tw_put(text, crc);
}

/* The account of the ring that is left, or of the end. */
static void tell_account(struct reader *reader) {
  if (reader->options.summary) put_summary(&reader->text, reader);
  flush(reader);
  struct tw_text account = {0};
  put_account(&account, reader);
  say("account %.*s}", (int)account.length, account.bytes);
  free(account.bytes);
}

/* ---- reading ------------------------------------------------------------------------------- */

static void note_unreadable(struct reader *reader, uint64_t position, const char *why) {
  reader->tally.unreadable++;
  if (reader->noted++ < NOTES_MAX) {
    say("unreadable: position %llu: %s", (unsigned long long)position, why);
  }
}

static bool is_wanted(const struct options *options, const struct tw_tick *tick,
                      const struct tw_entry *entry) {
  if (options->any_kind ? !options->kinds[tick->kind] : tick->kind == TW_KIND_CLOCK) return false;
  if (options->symbols.count == 0) return true;
  if (entry == NULL) return false;
  char *symbol = in_capitals(entry->symbol);
  bool wanted = false;
  for (size_t at = 0; at < options->symbols.count && !wanted; at++) {
    wanted = strcmp(symbol, options->symbols.items[at]) == 0;
  }
  free(symbol);
  return wanted;
}

static void print_tick(struct reader *reader, const struct tw_tick *tick, uint64_t position) {
  struct tw_ring *ring = reader->ring;
  const struct tw_entry *entry;
  struct tw_error error;
  if (!tw_ring_entry(ring, tick->instrument, &entry, &error)) {
    note_unreadable(reader, position, error.message);
    return;
  }
  if (!is_wanted(&reader->options, tick, entry)) return;
  const char *field =
      tw_put_tick(&reader->text, ring, reader->options.ring, tick, position, entry);
  if (field != NULL) {
    char why[128];
    snprintf(why, sizeof why, "OUT_OF_RANGE: %s is no number that a tick can hold", field);
    note_unreadable(reader, position, why);
    return;
  }
  reader->printed++;
}

static bool has_printed_enough(const struct reader *reader) {
  return reader->options.count > 0 && reader->printed >= reader->options.count;
}

/* Hands out the run of the last poll. */
static void take_run(struct reader *reader) {
  struct tw_ring *ring = reader->ring;
  if (ring->gap_count > 0) {
    reader->tally.gaps++;
    tw_put_gap(&reader->text, ring, reader->options.ring);
  }
  for (uint32_t at = 0; at < ring->run_count && !has_printed_enough(reader); at++) {
    const struct tw_tick *tick = tw_ring_tick(ring, at);
    if (reader->options.summary) reader->tally.kinds[tick->kind]++;
    else print_tick(reader, tick, ring->run_first + at);
  }
  if (reader->options.summary && ring->run_count > 0) {
    reader->tally.crc =
        crc32_of(reader->tally.crc, ring->run, ring->run_count * sizeof ring->run[0]);
    reader->printed += ring->run_count;
  }
  if (reader->text.length >= OUTPUT_BYTES_MAX || ring->run_count < TW_RUN_TICKS_MAX) {
    flush(reader);
  }
}

/* Ticks that the next poll may take: not more than are still to be printed. */
static uint32_t run_limit(const struct reader *reader) {
  const struct options *options = &reader->options;
  if (options->count == 0) return TW_RUN_TICKS_MAX;
  uint64_t left = options->count - reader->printed;
  return left < TW_RUN_TICKS_MAX ? (uint32_t)left : TW_RUN_TICKS_MAX;
}

/* ---- the ring's life ----------------------------------------------------------------------- */

static void begin_ring(struct reader *reader, struct tw_ring *ring) {
  reader->ring = ring;
  reader->tally = (struct tally){0};
  reader->epoch = tw_ring_epoch(ring);
  reader->status = TW_STATUS_LIVE;
  reader->refused = TW_OK;
  reader->ended_at_ns = 0;
  say("ring %s: id %016llx, epoch %u, %u slots, from position %llu", reader->options.ring,
      (unsigned long long)ring->ring_id, reader->epoch, ring->slot_count,
      (unsigned long long)ring->start);
}

static void note_epoch(struct reader *reader) {
  uint32_t epoch = tw_ring_epoch(reader->ring);
  if (epoch == reader->epoch) return;
  reader->epoch = epoch;
  say("ring %s: a new writer goes on in it, epoch %u", reader->options.ring, epoch);
}

static void note_status(struct reader *reader, double now_ns) {
  static const char *const meanings[] = {
      "its writer shows signs of life", "its writer shows no sign of life, but holds its lock",
      "its writer is gone; waiting for the next one", "its writer closed it in order",
      "another ring has taken its name"};
  enum tw_ring_status status = tw_ring_status(reader->ring, now_ns);
  if (status == reader->status) return;
  reader->status = status;
  say("ring %s is %s: %s", reader->options.ring, tw_ring_status_name(status), meanings[status]);
}

/* Goes over to the successor of a ring that was read to its end, if there is one. */
static void move_on(struct reader *reader, double now_ns) {
  struct tw_error error;
  struct tw_ring *next = tw_ring_successor(reader->ring, now_ns, &error);
  if (next != NULL) {
    tell_account(reader);
    tw_ring_close(reader->ring);
    begin_ring(reader, next);
  } else if (error.code != reader->refused) {
    reader->refused = error.code;
    if (error.code != TW_OK) {
      say("the successor of ring %s cannot be read yet: %s: %s", reader->options.ring,
          tw_code_name(error.code), error.message);
    }
  }
}

/* There was nothing to read. Returns false when there will never be. */
static bool look_around(struct reader *reader) {
  double now_ns = tw_monotonic_ns();
  if (now_ns - reader->looked_at_ns < LOOK_INTERVAL_NS) return true;
  reader->looked_at_ns = now_ns;
  note_status(reader, now_ns);
  move_on(reader, now_ns);
  struct tw_ring *ring = reader->ring;
  if (tw_ring_state(ring) != TW_CLOSED || !tw_ring_drained(ring)) {
    reader->ended_at_ns = 0;
    return true;
  }
  if (reader->ended_at_ns == 0) reader->ended_at_ns = now_ns;
  double linger_ms = reader->options.linger_ms;
  return linger_ms < 0 || now_ns - reader->ended_at_ns < linger_ms * 1e6;
}

static enum exit_code read_ring(struct reader *reader) {
  while (stopping == 0 && !reader->output_closed && !has_printed_enough(reader)) {
    struct tw_error error;
    int count = tw_ring_poll(reader->ring, run_limit(reader), &error);
    if (count < 0) {
      flush(reader);
      say("%s: %s", tw_code_name(error.code), error.message);
      return exit_code_of(error.code);
    }
    note_epoch(reader);
    if (count > 0 || reader->ring->gap_count > 0) {
      take_run(reader);
      continue;
    }
    flush(reader);
    if (!look_around(reader)) break;
    tw_ring_park(reader->ring, PARK_MS);
  }
  return EXIT_OK;
}

int main(int count, char **words) {
  static struct reader reader;
  if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) setlocale(LC_CTYPE, "");
  read_options(&reader.options, count, words);
  reader.options.ring = choose_ring(&reader.options);
  if (asprintf(&reader.path, "%s/%s.ring", reader.options.dir, reader.options.ring) < 0) {
    return EXIT_FAILED;
  }
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  signal(SIGPIPE, SIG_IGN);

  struct tw_error error;
  struct tw_ring *ring = tw_ring_open(reader.path, reader.options.from, &error);
  if (ring == NULL) {
    if (error.code == TW_NOT_FOUND) {
      say("NOT_FOUND: there is no ring %s in %s; start its gateway first", reader.options.ring,
          reader.options.dir);
    } else {
      say("%s: ring %s: %s", tw_code_name(error.code), reader.options.ring, error.message);
    }
    return (int)exit_code_of(error.code);
  }
  begin_ring(&reader, ring);
  enum exit_code code = read_ring(&reader);
  tell_account(&reader);
  tw_ring_close(reader.ring);
  free(reader.text.bytes);
  free(reader.path);
  return (int)code;
}
