/* What must hold. No process of the protocol reads what only these checks need. */

short padPositions;          /* bit p: a takeover filled position p */
byte paddedUntil = NONE;     /* `published` of the takeover under way */
byte firstOfEpoch[WRITERS] = NONE; /* by epoch − 1: the first position it may have published */
byte started;                /* writers so far: they come in the order of their numbers */
byte writers;                /* writers that are in the ring now */
bool settled;                /* a living writer has nothing left to do, or closed the ring */

/* Names that Spin prints when they do not hold. */
hidden byte deliveredWhole;
hidden byte lossReported;
hidden byte nobodyStuck;
hidden byte oneWriter;
hidden byte takeoverSound;
hidden byte positionsForward;
hidden byte epochVisible;

/* For the searches that show that the others come where they should (-DSHOW_…): these must fail. */
hidden byte neverLappedTwice;
hidden byte neverTornFront;
hidden byte neverPadded;
hidden byte neverDiedInTakeover;

/* Properties of memory itself, looked at as a store becomes visible. */
inline onCommit(c, v) {
  positionsForward = (c > PUBLISHED || v >= mem[c]);
  assert(positionsForward);
  if
  :: c == PUBLISHED && v == paddedUntil ->
    k = mem[PUBLISHED];
    takeoverSound = true;
    do
    :: k < v ->
      k2 = 0;
      do
      :: k2 < WORDS ->
        takeoverSound = takeoverSound && mem[WORD(SLOT(k), k2)] == PAD(k);
        k2++
      :: else -> break
      od;
      k++
    :: else -> break
    od;
    assert(takeoverSound);
    paddedUntil = NONE
  :: else -> skip
  fi
}

/* Property: nothing but PADs is passed without a word. */
inline checkSilence(from, until) {
  k2 = from;
  do
  :: k2 < until -> lossReported = lossReported && (padPositions & (1 << k2)); k2++
  :: else -> break
  od
}

/* Property: word for word what the position holds. */
inline checkWords(expectedWord) {
  k2 = 0;
  do
  :: k2 < WORDS ->
    deliveredWhole = deliveredWhole && copied[k * WORDS + k2] == expectedWord;
    k2++
  :: else -> break
  od
}

/* Property: who got a tick of an epoch sees that epoch, or a later one. */
inline checkEpoch() {
  epochVisible = true;
  k = 0;
  do
  :: k < WRITERS ->
    epochVisible = epochVisible &&
      (firstPosition == cursor || cursor <= firstOfEpoch[k] || mem[EPOCH] > k);
    k++
  :: else -> break
  od;
  assert(epochVisible)
}

/* Property: delivered + padded + reported = positions passed since the last report. */
inline checkAccount() {
  lossReported = (cursor <= mem[PUBLISHED]);
  if
  :: gapCount == 0 -> checkSilence(accounted, firstPosition)
  :: else ->
    checkSilence(accounted, gapFirst);
    checkSilence(gapFirst + gapCount, firstPosition)
  fi;
  assert(lossReported);
  accounted = cursor
}
