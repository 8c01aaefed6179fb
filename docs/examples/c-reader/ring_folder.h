/*
 * ring_folder.h: where the rings of a host lie, and the names of their files.
 *
 * The folder of a data folder is /dev/shm/tickwire-<user id>-<8 hex digits>, the digits from the
 * SHA-256 of the data folder's real path, so that two installations and two users never meet.
 */
#ifndef TICKWIRE_RING_FOLDER_H
#define TICKWIRE_RING_FOLDER_H

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TW_NAME_BYTES_MAX 64

/* ---- SHA-256 (FIPS 180-4), of short texts -------------------------------------------------- */

static inline uint32_t tw_rotate(uint32_t word, unsigned by) {
  return word >> by | word << (32 - by);
}

static inline void tw_sha256_block(uint32_t state[8], const unsigned char *block) {
  static const uint32_t k[64] = {
      0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
      0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
      0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
      0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
      0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
      0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
      0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
      0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
      0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
      0xc67178f2};
  uint32_t w[64];
  for (int t = 0; t < 16; t++) {
    w[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 |
           (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
  }
  for (int t = 16; t < 64; t++) {
    uint32_t a = tw_rotate(w[t - 15], 7) ^ tw_rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
    uint32_t b = tw_rotate(w[t - 2], 17) ^ tw_rotate(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = w[t - 16] + a + w[t - 7] + b;
  }
  uint32_t v[8];
  memcpy(v, state, sizeof v);
  for (int t = 0; t < 64; t++) {
    uint32_t s1 = tw_rotate(v[4], 6) ^ tw_rotate(v[4], 11) ^ tw_rotate(v[4], 25);
    uint32_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + k[t] + w[t];
    uint32_t s0 = tw_rotate(v[0], 2) ^ tw_rotate(v[0], 13) ^ tw_rotate(v[0], 22);
    uint32_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
    memmove(v + 1, v, 7 * sizeof v[0]);
    v[4] += t1;
    v[0] = t1 + t2;
  }
  for (int at = 0; at < 8; at++) state[at] += v[at];
}

/* The first word of the digest: its first eight hex digits. */
static inline uint32_t tw_sha256_head(const char *text) {
  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  const unsigned char *bytes = (const unsigned char *)text;
  size_t length = strlen(text);
  size_t whole = length / 64 * 64;
  for (size_t at = 0; at < whole; at += 64) tw_sha256_block(state, bytes + at);
  unsigned char tail[128] = {0};
  size_t rest = length - whole;
  memcpy(tail, bytes + whole, rest);
  tail[rest] = 0x80;
  size_t end = rest < 56 ? 64 : 128;
  uint64_t bits = (uint64_t)length * 8;
  for (int at = 0; at < 8; at++) tail[end - 1 - (size_t)at] = (unsigned char)(bits >> (8 * at));
  for (size_t at = 0; at < end; at += 64) tw_sha256_block(state, tail + at);
  return state[0];
}

/* ---- the folder ---------------------------------------------------------------------------- */

/* `path` made absolute, without `.`, `..` and doubled slashes. False when it is too long. */
static inline bool tw_resolve_path(const char *path, char resolved[PATH_MAX]) {
  char joined[2 * PATH_MAX];
  char here[PATH_MAX] = "";
  if (path[0] != '/' && getcwd(here, sizeof here) == NULL) return false;
  int length = snprintf(joined, sizeof joined, "%s/%s", here, path);
  if (length < 0 || (size_t)length >= sizeof joined) return false;
  size_t end = 0;
  for (char *rest = joined, *part; (part = strsep(&rest, "/")) != NULL;) {
    if (part[0] == 0 || strcmp(part, ".") == 0) continue;
    if (strcmp(part, "..") == 0) {
      while (end > 0 && resolved[--end] != '/') continue;
      continue;
    }
    size_t bytes = strlen(part);
    if (end + 1 + bytes >= PATH_MAX) return false;
    resolved[end++] = '/';
    memcpy(resolved + end, part, bytes);
    end += bytes;
  }
  if (end == 0) resolved[end++] = '/';
  resolved[end] = 0;
  return true;
}

/* The real path, of the nearest existing ancestor where the end does not exist yet. */
static inline bool tw_real_path(const char *path, char real[PATH_MAX]) {
  char head[PATH_MAX];
  if (!tw_resolve_path(path, head)) return false;
  char missing[PATH_MAX] = "";
  char found[PATH_MAX];
  while (realpath(head, found) == NULL) {
    char *slash = strrchr(head, '/');
    if (slash == NULL || strcmp(head, "/") == 0) return false;
    char longer[2 * PATH_MAX];
    snprintf(longer, sizeof longer, "%s%s", slash, missing);
    if (strlen(longer) >= PATH_MAX) return false;
    memcpy(missing, longer, strlen(longer) + 1);
    if (slash == head) slash++;
    *slash = 0;
  }
  const char *root = strcmp(found, "/") == 0 ? "" : found;
  if (strlen(root) + strlen(missing) >= PATH_MAX) return false;
  memmove(real, root, strlen(root));
  memcpy(real + strlen(root), missing, strlen(missing) + 1);
  if (real[0] == 0) memcpy(real, "/", 2);
  return true;
}

/* The ring folder that belongs to a data folder, which need not exist yet. */
static inline bool tw_default_ring_dir(const char *data_dir, char dir[PATH_MAX]) {
  char real[PATH_MAX];
  if (!tw_real_path(data_dir, real)) return false;
  snprintf(dir, PATH_MAX, "/dev/shm/tickwire-%u-%08x", (unsigned)getuid(), tw_sha256_head(real));
  return true;
}

/* ---- names --------------------------------------------------------------------------------- */

static inline bool tw_ends_with(const char *text, const char *end) {
  size_t length = strlen(text);
  size_t bytes = strlen(end);
  return length >= bytes && strcmp(text + length - bytes, end) == 0;
}

/* 1 ... 64 letters, digits, `_`, `-` and `.`, no `.` in front, not ending with `.ring`. */
static inline bool tw_is_ring_name(const char *name) {
  static const char allowed[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  size_t length = strlen(name);
  return length >= 1 && length <= TW_NAME_BYTES_MAX && name[0] != '.' &&
         strspn(name, allowed) == length && !tw_ends_with(name, ".ring");
}

static inline int tw_compare_names(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/*
 * Names of the rings in a folder, sorted; none when there is no folder. The caller frees each and
 * the list.
 */
static inline char **tw_list_rings(const char *dir, size_t *count) {
  char **names = NULL;
  *count = 0;
  DIR *folder = opendir(dir);
  if (folder == NULL) return NULL;
  for (struct dirent *file; (file = readdir(folder)) != NULL;) {
    size_t length = strlen(file->d_name);
    if (!tw_ends_with(file->d_name, ".ring") || length <= 5) continue;
    char *name = strndup(file->d_name, length - 5);
    char **longer = name != NULL && tw_is_ring_name(name)
                        ? realloc(names, (*count + 1) * sizeof *names)
                        : NULL;
    if (longer == NULL) {
      free(name);
      continue;
    }
    names = longer;
    names[(*count)++] = name;
  }
  closedir(folder);
  if (names != NULL) qsort(names, *count, sizeof *names, tw_compare_names);
  return names;
}

#endif
