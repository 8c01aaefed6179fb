/** Cores as the kernel lists them: `0-3,8,10-11`. */

const CORES_MAX = 8_192;

/** The cores of a list; anything that is no such list names none. */
export function cpuList(text: string): ReadonlySet<number> {
  const cores = new Set<number>();
  for (const part of text.trim().split(',')) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
    if (match === null) continue;
    const first = Number(match[1]);
    const last = Math.min(Number(match[2] ?? first), CORES_MAX);
    for (let core = first; core <= last; core++) cores.add(core);
  }
  return cores;
}

/** `0-3,8` of ascending core numbers. */
export function formatCpuList(cores: readonly number[]): string {
  const parts: string[] = [];
  for (let at = 0; at < cores.length;) {
    let end = at;
    while (cores[end + 1] === (cores[end] ?? 0) + 1) end++;
    parts.push(end === at ? `${cores[at]}` : `${cores[at]}-${cores[end]}`);
    at = end + 1;
  }
  return parts.join(',');
}
