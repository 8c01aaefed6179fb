/** Mistakes that the line gateway makes on request, each against one test of the suite. */
export const LINE_BUGS = [
  'none',
  /** A hole in the sequence is passed over. */
  'silent-gap',
  /** A value with more digits than the list says is rounded to those of the list. */
  'rounds-digits',
  /** After a reset the last symbol is not subscribed again. */
  'forgets-symbol',
  /** Nobody looks whether heartbeats are answered. */
  'deaf',
  /** Whoever is refused tries again at once. */
  'hammers',
  /** Everything unreadable is counted under one reason. */
  'one-reason',
] as const;
export type LineBug = (typeof LINE_BUGS)[number];
