/*
 * The ring's protocol, to be searched completely by Spin. What is modelled, what is not and why:
 * README.md. Comments name the method whose step follows.
 *
 * Machine:  -DARM64, else x86-64.
 * Bounds:   -DSLOTS -DWORDS -DBATCH -DPOSITIONS -DREADERS -DWRITERS -DRUN. Left out
 *           of a search: waiting (-DSPIN), the steps of a poll (-DWHOLE_POLL).
 * Mistakes: the flags of `#ifdef` below whose meaning is in the table of README.md.
 */

#ifndef SLOTS
#define SLOTS 2
#endif
#ifndef WORDS
#define WORDS 2
#endif
/* Ticks of the largest publication. */
#ifndef BATCH
#define BATCH 1
#endif
/* Where writers stop; an announcement and PADs may go beyond. */
#ifndef POSITIONS
#define POSITIONS 3
#endif
#ifndef READERS
#define READERS 1
#endif
#ifndef WRITERS
#define WRITERS 2
#endif
/* Ticks of the longest run. */
#ifndef RUN
#define RUN 2
#endif
/* LAPS_PER_POLL_MAX, 4 in the code */
#define LAPS 2

/* Cells of mem[]. A slot is WORDS cells; a word stands for whatever is stored in one piece. */
#define CLAIMED 0
#define PUBLISHED 1
#define EPOCH 2
#define STATE 3
#define WORD(slot, word) (4 + (slot) * WORDS + (word))
#define CELLS (4 + SLOTS * WORDS)

#define NONE 255
#define OPEN 0
#define CLOSED 1

/* What a word holds: nothing yet or zeros, a word of the tick of a position, of the PAD of one. */
#define ZEROS 0
#define TICK(p) ((p) + 1)
#define PAD(p) (64 + (p) + 1)
#define IS_PAD(value) ((value) > 64)

#define SLOT(p) ((p) % SLOTS)

byte mem[CELLS];
bool locked;                 /* the OFD lock */
byte holder = NONE;          /* who has it */
bool kill;                   /* its holder is to die before its next step */

byte bell;                   /* the futex word */
bool sleeping[READERS];      /* in FUTEX_WAIT */
byte cursors[READERS];       /* RingReader.#cursor */
#define cursor cursors[me]
bool ended[READERS];         /* the reader is dead, or has seen the end of the ring */

/* Of use only within one d_step: no part of the state. */
hidden byte k;
hidden byte k2;

#include "properties.pml"
#include "memory.pml"
#include "writer.pml"
#include "reader.pml"

/* Kills writers between any two of their steps, or does not: SIGKILL, a crash, no memory left. */
proctype Killer() {
end_killer:
  do
#ifdef SPIN
  :: locked && !kill -> kill = true
#else
  /* The last writer lives: without any, only a timeout can wake a reader. */
  :: locked && !kill && holder < WRITERS - 1 -> kill = true
  :: settled -> break
#endif
  od
}

#ifndef SPIN
/*
 * Nothing can happen any more (`timeout` is Spin's word for it; the protocol's own timeouts are not
 * in the model): whoever lives must have read everything.
 */
proctype Quiescence() {
end_quiescence:
  timeout;
  d_step {
    k = 0;
    nobodyStuck = true;
    do
    :: k < READERS ->
      nobodyStuck = nobodyStuck &&
        (!settled || ended[k] || (cursors[k] == mem[PUBLISHED] && mem[STATE] == OPEN));
      k++
    :: else -> break
    od;
    assert(nobodyStuck)
  }
}
#endif

init {
  byte i;
  atomic {
    run Memory();
    do
    :: i < WRITERS -> run Writer(i); i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < READERS -> run Reader(i); i++
    :: else -> break
    od;
    i = 0;
    run Killer();
#ifndef SPIN
    run Quiescence()
#endif
  }
}
