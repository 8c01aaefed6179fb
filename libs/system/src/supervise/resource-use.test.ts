import { describe, expect, test } from 'vitest';
import { ResourceUse, sampleProcess } from './resource-use.ts';

/** Works until the kernel has counted it. */
function burn(cpuMs: number): void {
  const start = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(start);
    if (user + system >= cpuMs * 1_000) return;
  }
}

describe('resource use', () => {
  test('takes a sample of a process that lives, none of one that does not', () => {
    const sample = sampleProcess(process.pid);
    expect(sample?.cpuMs).toBeGreaterThan(0);
    expect(sample?.pssBytes).toBeGreaterThan(1024 ** 2);
    expect(sampleProcess(2 ** 22 + 1)).toBeUndefined();
  });

  test('looks at time each time it is asked, at memory less and less often', () => {
    const use = new ResourceUse();
    use.sample('test', process.pid, 1_000);
    const first = use.of('test');
    expect(first?.pssBytes).toBeGreaterThan(0);
    const grown = Buffer.alloc(64 * 1024 ** 2, 1);
    burn(50);
    use.sample('test', process.pid, 1_500);
    const early = use.of('test');
    expect(early?.cpuMs).toBeGreaterThan(first?.cpuMs ?? 0);
    expect(early?.cpuShare).toBeGreaterThan(0);
    expect(early?.pssNowBytes).toBe(first?.pssNowBytes);
    use.sample('test', process.pid, 2_000);
    const due = use.of('test');
    expect(due?.pssNowBytes).toBeGreaterThan((first?.pssNowBytes ?? 0) + grown.length / 2);
    use.sample('test', process.pid, 3_500);
    expect(use.of('test')?.pssNowBytes).toBe(due?.pssNowBytes);
  });

  test('adds up the processes that a service has had', () => {
    const use = new ResourceUse();
    use.sample('test', process.pid, 1_000);
    const own = use.of('test')?.cpuMs ?? 0;
    use.sample('test', process.ppid, 2_000);
    expect(use.of('test')?.cpuMs).toBeGreaterThanOrEqual(own);
    expect(use.of('other')).toBeUndefined();
  });
});
