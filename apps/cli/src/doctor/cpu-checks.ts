import { countedOf, fileSettings, readAll, unknown, wholeNumberOf } from './check.ts';
import type { Check, Finding, Reading } from './check.ts';
import { cpuList, formatCpuList } from './cpu-list.ts';
import type { Host } from './host.ts';

const CPUS = '/sys/devices/system/cpu';
const CLOCK = '/sys/devices/system/clocksource/clocksource0';
const GOVERNOR = 'performance';
/** Waking from a deeper idle state takes longer than a tick's whole way. */
const IDLE_EXIT_US_MAX = 10;
/** With fewer cores there is none to set apart. */
const CORES_TO_ISOLATE_MIN = 4;

const cpuNames = (host: Host): string[] =>
  host.list(CPUS).filter((name) => /^cpu\d{1,5}$/.test(name));

function inspectGovernor(host: Host): Finding {
  const folders = cpuNames(host).map((cpu) => `${CPUS}/${cpu}/cpufreq`);
  const read = readAll(
    host,
    folders.map((folder) => `${folder}/scaling_governor`),
  );
  if (read.length === 0) {
    return unknown([], 'no frequency scaling is visible, as in virtual machines and containers');
  }
  const slow = read.filter(({ value }) => value !== GOVERNOR);
  if (slow.length === 0) return { state: 'ok', read, note: `${read.length} cores` };
  const settable = slow.filter(({ source }) => {
    const offered = host.read(source.replace(/governor$/, 'available_governors'));
    return offered === undefined || offered.split(' ').includes(GOVERNOR);
  });
  return {
    state: 'warn',
    read,
    note: `${countedOf(slow.length, read.length)} cores may clock down between ticks`,
    settings: fileSettings(settable, GOVERNOR),
  };
}

function inspectIdle(host: Host): Finding {
  const read: Reading[] = [];
  const deep: Reading[] = [];
  for (const cpu of cpuNames(host)) {
    const folder = `${CPUS}/${cpu}/cpuidle`;
    for (const state of host.list(folder)) {
      const latency = wholeNumberOf(host.read(`${folder}/${state}/latency`));
      const disable = { source: `${folder}/${state}/disable` };
      const value = host.read(disable.source);
      if (latency === undefined || value === undefined) continue;
      read.push({ ...disable, value });
      if (latency > IDLE_EXIT_US_MAX && value === '0') deep.push({ ...disable, value });
    }
  }
  if (read.length === 0) return unknown([], 'no idle states are visible');
  if (deep.length === 0) return { state: 'ok', read: read.slice(0, 4), note: 'no deep idle state' };
  return {
    state: 'warn',
    read: deep,
    note: `${deep.length} idle states take more than ${IDLE_EXIT_US_MAX} µs to leave`,
    settings: fileSettings(deep, '1'),
  };
}

function inspectIsolation(host: Host): Finding {
  const read = readAll(host, [`${CPUS}/isolated`, `${CPUS}/nohz_full`, '/proc/cmdline']);
  const cores = cpuNames(host).length;
  const isolated = read.find(({ source }) => source.endsWith('/isolated'));
  if (isolated === undefined) return unknown(read, 'the kernel does not say');
  if (isolated.value !== '') return { state: 'ok', read, note: `set apart: ${isolated.value}` };
  if (cores < CORES_TO_ISOLATE_MIN) {
    return { state: 'ok', read, note: `${cores} cores: none can be spared` };
  }
  return {
    state: 'warn',
    read,
    note: 'the scheduler may put other work on the core of a gateway',
    byHand:
      `add to the kernel's command line, for example: isolcpus=${cores - 2}-${cores - 1} ` +
      `nohz_full=${cores - 2}-${cores - 1}; then set CPUAffinity= in tickwire.service`,
  };
}

function inspectNuma(host: Host): Finding {
  const nodes = host.list('/sys/devices/system/node').filter((name) => /^node\d+$/.test(name));
  const read = readAll(host, ['/proc/sys/kernel/numa_balancing']);
  if (nodes.length <= 1) return { state: 'ok', read, note: 'one memory node' };
  const isOn = read.some(({ value }) => value !== '0');
  const note = `${nodes.length} memory nodes`;
  if (!isOn) return { state: 'ok', read, note: `${note}, and the kernel moves no pages` };
  return {
    state: 'warn',
    read,
    note: `${note}, and the kernel moves pages of rings between them`,
    settings: fileSettings(read, '0'),
  };
}

function inspectClock(host: Host): Finding {
  const read = readAll(host, [`${CLOCK}/current_clocksource`, `${CLOCK}/available_clocksource`]);
  const [current] = read;
  if (current === undefined || !current.source.endsWith('current_clocksource')) {
    return unknown(read, 'the kernel does not say');
  }
  const fast = ['tsc', 'kvm-clock', 'arch_sys_counter', 'hyperv_clocksource_tsc_page'];
  if (fast.includes(current.value)) return { state: 'ok', read, note: current.value };
  const offered = (read[1]?.value ?? '').split(/\s+/);
  const better = fast.find((source) => offered.includes(source));
  return {
    state: 'warn',
    read,
    note: `reading ${current.value || 'this clock'} is a call into the kernel`,
    ...(better === undefined
      ? { byHand: 'the firmware or the hypervisor hides the fast clock (tsc)' }
      : { settings: fileSettings([current], better) }),
  };
}

function inspectIrqs(host: Host): Finding {
  const isolatedText = host.read(`${CPUS}/isolated`);
  const isolated = cpuList(isolatedText ?? '');
  const lists = host
    .list('/proc/irq')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => `/proc/irq/${name}/smp_affinity_list`);
  const read = readAll(host, lists);
  if (read.length === 0) return unknown([], 'interrupts are not visible');
  if (isolated.size === 0) {
    return { state: 'ok', read: read.slice(0, 4), note: 'no core is set apart from interrupts' };
  }
  const onIsolated = read.filter(({ value }) => [...cpuList(value)].some((n) => isolated.has(n)));
  if (onIsolated.length === 0) {
    return { state: 'ok', read: read.slice(0, 4), note: 'none on the cores set apart' };
  }
  const others = cpuNames(host)
    .map((name) => Number(name.slice(3)))
    .filter((cpu) => !isolated.has(cpu));
  return {
    state: 'warn',
    read: onIsolated,
    note: `${countedOf(onIsolated.length, read.length)} interrupts may come to a core set apart`,
    settings: others.length === 0 ? [] : fileSettings(onIsolated, formatCpuList(others)),
  };
}

export const cpuChecks: readonly Check[] = [
  {
    id: 'cpu-governor',
    recommended: GOVERNOR,
    why: 'a core that clocked down needs up to milliseconds to come back',
    inspect: inspectGovernor,
  },
  {
    id: 'cpu-idle',
    recommended: `idle states of at most ${IDLE_EXIT_US_MAX} µs`,
    why: 'the first tick after a pause waits until the core has woken up',
    inspect: inspectIdle,
  },
  {
    id: 'cpu-isolation',
    recommended: 'cores set apart for gateways',
    why: 'other processes on the same core add their time slice to the latency',
    inspect: inspectIsolation,
  },
  {
    id: 'irq-affinity',
    recommended: 'no interrupts on cores set apart',
    why: 'an interrupt stops the gateway for several µs',
    inspect: inspectIrqs,
  },
  {
    id: 'numa',
    recommended: 'one node, or balancing off',
    why: 'moving a page of a ring stops its readers',
    inspect: inspectNuma,
  },
  {
    id: 'clock-source',
    recommended: 'tsc, kvm-clock or arch_sys_counter',
    why: 'every frame is stamped; other clocks cost about 1 µs a reading',
    inspect: inspectClock,
  },
];
