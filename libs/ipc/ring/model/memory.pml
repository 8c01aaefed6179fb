/*
 * The memory that a writer and its readers share, as x86-64 or arm64 shows it.
 *
 *   writer ──▶ pending stores ──▶ mem[] ──▶ readers
 *
 * A plain store is pending until `Memory` commits it, and then seen by everybody at once (both
 * machines are multi-copy atomic). x86-64 commits in program order (TSO). arm64 commits in any
 * order between different cells, and in program order in one cell. One list is enough: there is
 * one writer, and readers store nothing. How arm64 loads early stands with the loads, in
 * `reader.pml`.
 */

/* A full list makes the writer wait. It holds all that one publication or takeover stores. */
#define PENDING_MAX (2 + BATCH * (WORDS + 1))

byte pendingCell[PENDING_MAX];
byte pendingValue[PENDING_MAX];
byte pending;

#ifdef ARM64
/* An atomic store (stlr) is pending: `ahead` stores must go first, the `overtaking` need not wait. */
bool releasing;
byte ahead;
bool overtaking[PENDING_MAX];
#define IS_ATOMIC(cell) ((cell) == EPOCH || (cell) == STATE)
/* Sorted by cell, later stores behind: the order between cells has no meaning, so keep one. */
#define GOES_BEFORE(cell, i) ((cell) < pendingCell[i])
#define MAY_COMMIT(i) \
  (pending > i && (i == 0 || pendingCell[i] != pendingCell[i - 1]) && \
   (!IS_ATOMIC(pendingCell[i]) || ahead == 0))
#else
#define GOES_BEFORE(cell, i) false
#define MAY_COMMIT(i) (pending > i && i == 0)
#endif

inline moveEntry(from, to) {
#ifdef ARM64
  overtaking[to] = overtaking[from];
#endif
  pendingCell[to] = pendingCell[from];
  pendingValue[to] = pendingValue[from]
}

inline append(cell, value) {
  k = pending;
  do
  :: k > 0 && GOES_BEFORE(cell, k - 1) -> moveEntry(k - 1, k); k--
  :: else -> break
  od;
#ifdef ARM64
  overtaking[k] = releasing;
#endif
  pendingCell[k] = cell;
  pendingValue[k] = value;
  pending++
}

/* A plain store. */
inline store(cell, value) {
  d_step { pending < PENDING_MAX -> append(cell, value) }
}

/* MemoryFence.full: whatever was stored before is seen before anything that comes after. */
inline fence() {
  pending == 0
}

/*
 * Atomics.store. arm64 (stlr): after everything before it; a later plain store may overtake it.
 * x86-64 (xchg): empties the store buffer.
 */
inline atomicStore(cell, value) {
#ifdef ARM64
  d_step {
    pending < PENDING_MAX && !releasing ->
    ahead = pending;
    append(cell, value);
    releasing = true
  }
#else
  d_step { pending == 0 -> mem[cell] = value }
#endif
}

inline commit(i) {
  onCommit(pendingCell[i], pendingValue[i]);
  mem[pendingCell[i]] = pendingValue[i];
#ifdef ARM64
  if
  :: IS_ATOMIC(pendingCell[i]) ->
    releasing = false;
    k = 0;
    do
    :: k < PENDING_MAX -> overtaking[k] = false; k++
    :: else -> break
    od
  :: else -> ahead = ahead - (releasing && !overtaking[i])
  fi;
#endif
  pending--;
  k = i;
  do
  :: k < pending -> moveEntry(k + 1, k); k++
  :: else -> break
  od;
  pendingCell[k] = 0;
  pendingValue[k] = 0;
#ifdef ARM64
  overtaking[k] = false
#else
  skip
#endif
}

#define COMMIT(i) d_step { MAY_COMMIT(i) -> commit(i) }

proctype Memory() {
end_memory:
  do
  :: COMMIT(0)
#ifdef ARM64
  :: COMMIT(1)
  :: COMMIT(2)
#if PENDING_MAX > 3
  :: COMMIT(3)
#endif
#if PENDING_MAX > 4
  :: COMMIT(4)
#endif
#if PENDING_MAX > 5
  :: COMMIT(5)
#endif
#if PENDING_MAX > 6
#error "more pending stores than Memory commits"
#endif
#endif
  od
}
