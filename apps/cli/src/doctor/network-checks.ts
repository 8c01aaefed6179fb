import { fileSettings, readAll, unknown, wholeNumberOf } from './check.ts';
import type { Check, Finding, Reading, Setting } from './check.ts';
import type { Host } from './host.ts';
import { formatBytes } from '../quantity.ts';

const RMEM_MAX = '/proc/sys/net/core/rmem_max';
const RMEM_BYTES = 16 * 1024 * 1024;
const COALESCE_US_MAX = 10;

function inspectReceiveBuffer(host: Host): Finding {
  const read = readAll(host, [RMEM_MAX]);
  const bytes = wholeNumberOf(read[0]?.value);
  if (bytes === undefined) return unknown(read, 'the kernel does not say');
  const note = `sockets may ask for ${formatBytes(bytes)}`;
  if (bytes >= RMEM_BYTES) return { state: 'ok', read, note };
  return {
    state: 'warn',
    read,
    note: `${note}: a burst of multicast packets beyond that is lost`,
    settings: fileSettings(read, String(RMEM_BYTES)),
  };
}

/** Interfaces of real or virtual hardware; names as the kernel allows them, and as a shell does. */
function devices(host: Host): string[] {
  return host
    .list('/sys/class/net')
    .filter((name) => /^[A-Za-z0-9][\w.-]{0,14}$/.test(name))
    .filter((name) => host.list(`/sys/class/net/${name}/device`).length > 0);
}

interface DeviceReport {
  readonly read: Reading[];
  readonly settings: Setting[];
}

/** Asks `ethtool` about each device; `judge` says what to set. */
function askDevices(
  host: Host,
  option: string,
  judge: (device: string, answer: string) => Setting[],
): DeviceReport {
  const report: DeviceReport = { read: [], settings: [] };
  for (const device of devices(host)) {
    const answer = host.run('ethtool', [option, device]);
    if (answer === undefined) continue;
    report.read.push({ source: `ethtool ${option} ${device}`, value: answer });
    report.settings.push(...judge(device, answer));
  }
  return report;
}

function judgeRings(device: string, answer: string): Setting[] {
  const [maximums = '', current = ''] = answer.split(/^Current hardware settings:/m);
  const most = wholeNumberOf(/^RX:\s+(\d+)$/m.exec(maximums)?.[1]);
  const now = wholeNumberOf(/^RX:\s+(\d+)$/m.exec(current)?.[1]);
  if (most === undefined || now === undefined || now >= most) return [];
  const change = (slots: number): string[] => ['ethtool', '-G', device, 'rx', String(slots)];
  return [{ command: change(most), undo: change(now) }];
}

function judgeCoalescing(device: string, answer: string): Setting[] {
  const settings: Setting[] = [];
  const change = (...words: string[]): string[] => ['ethtool', '-C', device, ...words];
  if (/^Adaptive RX:\s+on\b/m.test(answer)) {
    settings.push({ command: change('adaptive-rx', 'off'), undo: change('adaptive-rx', 'on') });
  }
  const delayUs = wholeNumberOf(/^rx-usecs:\s+(\d+)$/m.exec(answer)?.[1]);
  if (delayUs !== undefined && delayUs > COALESCE_US_MAX) {
    settings.push({
      command: change('rx-usecs', '0'),
      undo: change('rx-usecs', String(delayUs)),
    });
  }
  return settings;
}

function findingOf(report: DeviceReport, notes: { ok: string; warn: string }): Finding {
  const { read, settings } = report;
  if (read.length === 0) {
    return unknown([], 'ethtool is missing, or no network device answers it');
  }
  if (settings.length === 0) return { state: 'ok', read, note: notes.ok };
  return { state: 'warn', read, note: notes.warn, settings };
}

export const networkChecks: readonly Check[] = [
  {
    id: 'receive-buffer',
    recommended: `at least ${formatBytes(RMEM_BYTES)}`,
    why: 'packets that find the buffer full are lost without a word',
    inspect: inspectReceiveBuffer,
  },
  {
    id: 'nic-rings',
    recommended: 'the most that the device has',
    why: 'packets that find the ring full are lost before the kernel sees them',
    inspect: (host) =>
      findingOf(askDevices(host, '-g', judgeRings), {
        ok: 'as large as they can be, or fixed',
        warn: 'the device could keep more packets',
      }),
  },
  {
    id: 'nic-coalescing',
    recommended: `at most ${COALESCE_US_MAX} µs, not adaptive`,
    why: 'the device waits so long for more packets before it says that one has come',
    inspect: (host) =>
      findingOf(askDevices(host, '-c', judgeCoalescing), {
        ok: 'packets are reported at once',
        warn: 'the device holds packets back',
      }),
  },
];
