/* RingReader.poll, and how a reader waits: RingAttachment.bellWord, isOpen and park. */

/* Without this fence an arm64 may copy before it loads `published`, so before it knows the run. */
#if defined(ARM64) && (defined(NO_FENCES) || defined(NO_FENCE_PUBLISHED_COPY))
#define MAY_COPY (length != 0)
#define WANTED (length == NONE -> RUN : length)
#elif defined(CHECK_BEFORE_COPY)
#define MAY_COPY (length != NONE && claimed != NONE)
#define WANTED length
#else
#define MAY_COPY (length != NONE)
#define WANTED length
#endif

/* When `claimed` may be loaded before the copy is complete. */
#if defined(ARM64) && (defined(NO_FENCES) || defined(NO_FENCE_COPY_CLAIMED))
#define MAY_CHECK_EARLY true
#elif defined(CHECK_BEFORE_COPY)
#define MAY_CHECK_EARLY (length != NONE)
#else
#define MAY_CHECK_EARLY false
#endif

#define WORDS_OF(ticks) ((1 << ((ticks) * WORDS)) - 1)
#define IS_COPIED (length != NONE && (done & WORDS_OF(length)) == WORDS_OF(length))

/* RingReader.#copyOut: the words of the run, in any order: a block copy promises none. */
#define LOAD_WORD(i) \
  d_step { \
    MAY_COPY && !(done & (1 << i)) && i < WANTED * WORDS -> \
    copied[i] = mem[WORD(SLOT(cursor + i / WORDS), i % WORDS)]; \
    done = done | (1 << i) \
  }

/*
 * Loads `published`. An arm64 may have done so at any moment since the last fence (`early`), but
 * sees nothing older than an earlier load of the same cell did.
 */
inline loadPublished() {
#ifdef ARM64
  if
  :: early != NONE -> seen = early
  :: d_step { seen = mem[PUBLISHED]; early = NONE }
  fi
#else
  seen = mem[PUBLISHED]
#endif
}

/* RingReader.#reportGap */
inline reportGap(next) {
#ifndef SILENT_GAP
  if
  :: gapCount == 0 -> gapFirst = cursor
  :: else -> skip
  fi;
  gapCount = gapCount + (next) - cursor;
#endif
  cursor = next
}

/* RingReader.#skipLap */
inline skipLap() {
  loadPublished();
  d_step {
    k = claimed - SLOTS;
    if
    :: seen >= SLOTS / 2 && seen - SLOTS / 2 > k -> k = seen - SLOTS / 2
    :: else -> skip
    fi;
    reportGap(k)
  }
}

/* RingReader.#dropTorn and #deliver: PADs at the front are skipped, the run ends at the next. */
inline deliver() {
  k = 0;
  if
  :: claimed > cursor + SLOTS ->
    k = claimed - SLOTS - cursor;
    reportGap(claimed - SLOTS);
#ifdef SHOW_TORN_FRONT
    neverTornFront = (length < 2);
    assert(neverTornFront)
#endif
  :: else -> skip
  fi;
  deliveredWhole = true;
  do
  :: k < length && IS_PAD(copied[k * WORDS]) ->
#ifdef SHOW_PAD
    neverPadded = (gapCount == 0);
    assert(neverPadded);
#endif
    checkWords(PAD(cursor));
    k++;
    cursor++
  :: else -> break
  od;
  firstPosition = cursor;
  do
  :: k < length && !IS_PAD(copied[k * WORDS]) -> checkWords(TICK(cursor)); k++; cursor++
  :: else -> break
  od;
  assert(deliveredWhole);
  checkEpoch()
}

/* published · fence · copy */
inline copyRun() {
  do
  :: length == NONE ->
    loadPublished();
    d_step {
      early = NONE;
      length = (seen > cursor -> seen - cursor : 0);
      length = (length < RUN -> length : RUN);
      seen = 0
    }
  :: MAY_CHECK_EARLY && claimed == NONE -> claimed = mem[CLAIMED]
  :: LOAD_WORD(0)
#if RUN * WORDS > 1
  :: LOAD_WORD(1)
#endif
#if RUN * WORDS > 2
  :: LOAD_WORD(2)
  :: LOAD_WORD(3)
#endif
#if RUN * WORDS > 4
  :: LOAD_WORD(4)
  :: LOAD_WORD(5)
#endif
#if RUN * WORDS > 6
#error "more words than copyRun knows"
#endif
  :: length == 0 -> break
#ifdef CHECK_BEFORE_COPY
  :: IS_COPIED && length > 0 && claimed != NONE -> break
#else
  :: IS_COPIED && length > 0 -> break
#endif
  od
}

/* fence · claimed */
inline check() {
#ifdef ARM64
  /* The next load of `published` may be taken before this one of `claimed`. */
  if
  :: early = mem[PUBLISHED]
  :: skip
  fi;
#endif
#ifdef NO_CLAIM_CHECK
  claimed = 0
#else
  if
  :: claimed == NONE -> claimed = mem[CLAIMED]
  :: else -> skip
  fi
#endif
}

#ifdef WHOLE_POLL
/* For searches of waiting alone: a poll takes all it sees, in one step. */
inline poll() {
  loadPublished();
  d_step {
    quiet = (seen <= cursor);
    cursor = (seen > cursor -> seen : cursor);
    accounted = cursor;
    firstPosition = cursor;
    early = NONE;
    seen = 0
  }
}
#else
/* RingReader.poll; `quiet` says that it returned nothing, not even a gap. */
inline poll() {
  do
  :: laps == LAPS -> break
  :: else ->
    length = NONE;
    copyRun();
    if
    :: length == 0 -> break
    :: else -> skip
    fi;
    check();
    if
    :: claimed >= cursor + length + SLOTS ->
      skipLap();
      d_step {
        laps++;
        firstPosition = cursor;
        forgetRun();
#ifdef SHOW_TWO_LAPS
        neverLappedTwice = (laps < 2);
        assert(neverLappedTwice)
#endif
      }
    :: else ->
      d_step { deliver(); forgetRun() };
      if
      :: gapCount == 0 && firstPosition == cursor -> skip /* PADs alone: on to the next run */
      :: else -> break
      fi
    fi
  od;
  skip; /* Spin lets nothing jump to a d_step */
  d_step {
    checkAccount();
    quiet = (gapCount == 0 && firstPosition == cursor);
    forgetRun();
    firstPosition = cursor;
    laps = 0;
    gapFirst = 0;
    gapCount = 0
  }
}
#endif

/* Values that nobody looks at again would only multiply the states. */
inline forgetRun() {
  length = 0;
  done = 0;
  seen = 0;
  claimed = NONE;
  k = 0;
  do
  :: k < RUN * WORDS -> copied[k] = 0; k++
  :: else -> break
  od;
  skip
}

/*
 * A reader writes nothing that others read, but that it sleeps: so a death between any two of its
 * steps shows to others as one here, or in its sleep.
 */
#define MAY_DIE (READERS > 1 && me == 0)

/* RingAttachment.drained: the state, then `published`. */
inline lookForEnd() {
  if
  :: mem[STATE] == CLOSED ->
    if
    :: mem[PUBLISHED] == cursor -> goto gone
    :: else -> skip
    fi
  :: else -> skip
  fi
}

/* RingAttachment.bellWord, then isOpen: before any sleep. Nothing here ends by a timeout. */
inline wait() {
  heard = bell; /* Atomics.load: what follows is not taken before it */
  seen = mem[PUBLISHED];
#ifdef ARM64
  early = seen;
#endif
  if
#ifdef NO_RECHECK
  :: true ->
#else
  :: seen == cursor ->
#endif
    if
#ifndef NO_STATE_CHECK
    :: mem[STATE] != OPEN -> skip
    :: mem[STATE] == OPEN ->
#else
    :: true ->
#endif
      /* FUTEX_WAIT: the kernel compares and queues under one lock, which FUTEX_WAKE takes too. */
      d_step { sleeping[me] = (bell == heard); early = NONE };
end_parked:
      if
      :: !sleeping[me]
      :: MAY_DIE -> goto gone
      fi
    fi
  :: else -> skip
  fi;
  heard = 0;
  seen = 0
}

#define OLDEST (claimed > SLOTS -> claimed - SLOTS : 0)

proctype Reader(byte me) {
  byte accounted;             /* all before was told to the consumer */
  byte seen, early = NONE;    /* `published`, and as an arm64 may have taken it early */
  byte claimed = NONE, length, laps, done, heard;
  byte gapFirst, gapCount, firstPosition;
  byte copied[RUN * WORDS];
  bool quiet;

  /* startPosition: `latest`, or `oldest` of what `published` and `claimed` say. */
  if
  :: seen = mem[PUBLISHED]; claimed = seen
  :: seen = mem[PUBLISHED]; claimed = mem[CLAIMED]; claimed = OLDEST
#ifdef ARM64
  :: claimed = mem[CLAIMED]; seen = mem[PUBLISHED]; claimed = OLDEST
#endif
  fi;
  d_step {
    cursor = (claimed < seen -> claimed : seen);
    accounted = cursor;
    firstPosition = cursor;
    forgetRun()
  };
  do
  :: MAY_DIE -> goto gone
  :: poll();
#ifndef SPIN
    if
    :: quiet -> lookForEnd(); wait()
    :: else -> skip
    fi
#endif
  od
gone:
  atomic { ended[me] = true; sleeping[me] = false }
}
