/* RingWriter: lock, takeover, publications, bell, end; death between any two steps. */

/* RingWriter.#copyIn: the words of `count` ticks, in any order: a block copy promises none. */
#define STORE_WORD(i) \
  d_step { \
    !(done & (1 << i)) && i < count * WORDS && pending < PENDING_MAX -> \
    append(WORD(SLOT(position + i / WORDS), i % WORDS), TICK(position + i / WORDS)); \
    done = done | (1 << i) \
  }

inline copyIn() {
  do
  :: STORE_WORD(0)
#if BATCH * WORDS > 1
  :: STORE_WORD(1)
#endif
#if BATCH * WORDS > 2
  :: STORE_WORD(2)
#endif
#if BATCH * WORDS > 3
  :: STORE_WORD(3)
#endif
#if BATCH * WORDS > 4
#error "more words than copyIn knows"
#endif
  :: d_step { done == (1 << (count * WORDS)) - 1 -> done = 0 }; break
  od
}

/* RingWriter.#store */
inline publish() {
  store(CLAIMED, position + count);
#if defined(ARM64) && !defined(NO_FENCES) && !defined(NO_FENCE_CLAIMED_SLOTS)
  fence();
#endif
#ifdef PUBLISH_BEFORE_WRITE
  store(PUBLISHED, position + count);
  copyIn();
#else
  copyIn();
#if defined(ARM64) && !defined(NO_FENCES) && !defined(NO_FENCE_SLOTS_PUBLISHED)
  fence();
#endif
  store(PUBLISHED, position + count);
#endif
  atomic { position = position + count; count = 0 }
}

/* One PAD. RingWriter.#takeOver: slots.fill(0), then the kind (word 0). */
inline fillPad() {
  store(WORD(SLOT(position), 0), ZEROS);
#if WORDS > 1
  store(WORD(SLOT(position), 1), PAD(position));
#endif
#if WORDS > 2
  store(WORD(SLOT(position), 2), PAD(position));
#endif
  store(WORD(SLOT(position), 0), PAD(position))
}

/* RingWriter.#takeOver */
inline takeOver() {
  d_step {
    position = mem[PUBLISHED];
    end = mem[CLAIMED];
#ifdef CLAIMED_LOWERED
    end = position;
#endif
    epoch = mem[EPOCH] + 1;
#ifdef NO_TAKEOVER_BELL
    rungFor = position;
#else
    rungFor = (epoch > 1 -> NONE : position);
#endif
    firstOfEpoch[epoch - 1] = end;
    paddedUntil = end;
    k = position;
    do
    :: k < end ->
#ifdef SHOW_DEATH_IN_TAKEOVER
      neverDiedInTakeover = !(padPositions & (1 << k));
      assert(neverDiedInTakeover);
#endif
      padPositions = padPositions | (1 << k);
      k++
    :: else -> break
    od;
    skip
  };
#ifdef CLAIMED_LOWERED
  store(CLAIMED, end);
#endif
#ifndef NO_PAD
  do
  :: position < end -> fillPad(); position++
  :: else -> break
  od;
#endif
#ifndef EPOCH_LAST
  atomicStore(EPOCH, epoch);
#endif
#if defined(ARM64) && !defined(NO_FENCES) && !defined(NO_FENCE_TAKEOVER)
  fence();
#endif
  store(PUBLISHED, end);
  d_step { position = end; end = 0 }
}

/* Bell.force: Atomics.add, after all earlier stores; then FUTEX_WAKE(all). */
inline ringBell() {
#ifdef NO_BELL
  skip
#else
  d_step { pending == 0 -> bell++ };
  d_step {
    k = 0;
    do
    :: k < READERS ->
#ifdef WAKE_ONE
      if
      :: sleeping[k] -> sleeping[k] = false; break
      :: else -> k++
      fi
#else
      sleeping[k] = false;
      k++
#endif
    :: else -> break
    od;
    skip
  }
#endif
}

proctype Writer(byte me) {
  byte position, end, count, done, epoch;
  byte rungFor; /* Bell.#rungForPosition */

  /* takeRingFile: tryLock. A closed ring is not taken over. */
end_waiting:
  atomic {
#ifdef NO_LOCK
    started == me && mem[STATE] == OPEN ->
#else
    started == me && mem[STATE] == OPEN && !locked ->
#endif
    started++;
    locked = true;
    holder = me;
    writers++;
    settled = false;
    oneWriter = (writers == 1);
    assert(oneWriter)
  };
  {
    /* RingWriter.constructor: checkTakeover, new Bell */
    takeOver();
    /* The STREAM tick of the new epoch, where the writer was given one. */
    if
    :: epoch > 1 -> count = 1; publish()
    :: true
    fi;
#ifdef EPOCH_LAST
    atomicStore(EPOCH, epoch);
#endif
    do
    :: position < POSITIONS -> count = 1; publish()
#if BATCH > 1
    :: position + 1 < POSITIONS -> count = 2; publish()
#endif
#ifdef SPIN
    :: position >= POSITIONS -> break
    od
#else
    /* RingProducer.#ringBell: after any number of publications, and a trailing time. */
    :: rungFor != position -> rungFor = position; ringBell()
#ifdef NO_TRAILING_BELL
    :: true -> settled = true; break
#else
    :: rungFor == position -> settled = true; break
#endif
    /* RingWriter.close: the state, then the bell. */
    :: true -> atomicStore(STATE, CLOSED); ringBell(); settled = true; goto gone
    od;
#endif
end_idle:
    false
  } unless { kill };
gone:
  /* The kernel frees the lock of the dead when what they stored is visible. */
  atomic {
    pending == 0 ->
    locked = false;
    holder = NONE;
    settled = settled && !kill;
    kill = false;
    writers--;
    position = 0; end = 0; count = 0; done = 0; epoch = 0; rungFor = 0
  }
}
