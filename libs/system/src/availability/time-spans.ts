/** Half-open spans of time, [fromUs, toUs): lists of them are sorted and do not touch. */
export interface TimeSpan {
  /** µs since the Unix epoch. */
  readonly fromUs: number;
  readonly toUs: number;
}

/** Everything that at least one of the lists covers. */
export function uniteSpans(...lists: readonly (readonly TimeSpan[])[]): TimeSpan[] {
  const sorted = lists.flat().sort((a, b) => a.fromUs - b.fromUs);
  const united: { fromUs: number; toUs: number }[] = [];
  for (const { fromUs, toUs } of sorted) {
    if (toUs <= fromUs) continue;
    const last = united.at(-1);
    if (last !== undefined && fromUs <= last.toUs) last.toUs = Math.max(last.toUs, toUs);
    else united.push({ fromUs, toUs });
  }
  return united;
}

/** What both lists cover. */
export function commonSpans(a: readonly TimeSpan[], b: readonly TimeSpan[]): TimeSpan[] {
  const common: TimeSpan[] = [];
  for (let ai = 0, bi = 0; ai < a.length && bi < b.length;) {
    const [one, other] = [a[ai]!, b[bi]!];
    const fromUs = Math.max(one.fromUs, other.fromUs);
    const toUs = Math.min(one.toUs, other.toUs);
    if (fromUs < toUs) common.push({ fromUs, toUs });
    if (one.toUs < other.toUs) ai++;
    else bi++;
  }
  return common;
}

/** What the first list covers and the second does not. */
export function withoutSpans(list: readonly TimeSpan[], holes: readonly TimeSpan[]): TimeSpan[] {
  const rest: TimeSpan[] = [];
  let at = 0;
  for (const { fromUs, toUs } of list) {
    let startUs = fromUs;
    while (at < holes.length && holes[at]!.toUs <= startUs) at++;
    for (let hole = at; hole < holes.length && holes[hole]!.fromUs < toUs; hole++) {
      if (holes[hole]!.fromUs > startUs) rest.push({ fromUs: startUs, toUs: holes[hole]!.fromUs });
      startUs = Math.max(startUs, holes[hole]!.toUs);
    }
    if (startUs < toUs) rest.push({ fromUs: startUs, toUs });
  }
  return rest;
}
