// Proof: the simulator reaches 50,000 messages/s to one client, and at 5,000/s over ten symbols
// takes at most 40 % of a core; the client counts what it gets and checks every sequence.
// The client runs in a process of its own, so that the figures are the simulator's alone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startKucoinSimulator } from '../src/index.ts';

const SECONDS = 6;
const PATHS = ['/market/level2', '/market/match', '/market/ticker'];

interface Heard {
  readonly received: number;
  readonly gaps: number;
}

if (process.argv[2] === 'client') await listen(process.argv[3] ?? '');
else await prove();

async function prove(): Promise<void> {
  const seed = process.env['TICKWIRE_SEED'] ?? '1';
  console.log(`seed ${seed}, node ${process.version}, ${SECONDS} s each`);
  let failed = false;
  for (const { rate, rateMin, cpuMax } of [
    { rate: 5_000, rateMin: 4_900, cpuMax: 0.4 },
    { rate: 55_000, rateMin: 50_000, cpuMax: 1 },
  ]) {
    const simulator = await startKucoinSimulator({ rate: 0, seed });
    const client = spawn(process.execPath, [import.meta.filename, 'client', simulator.url], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    });
    await once(client, 'message');
    const cpuBefore = process.cpuUsage();
    const startedMs = performance.now();
    simulator.setRate(rate);
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));
    simulator.setRate(0);
    const seconds = (performance.now() - startedMs) / 1_000;
    const { user, system } = process.cpuUsage(cpuBefore);
    const cpu = (user + system) / 1e6 / seconds;
    const { sent, byKind, leftOutMs } = simulator.counts();
    await simulator.close();
    const [heard] = (await once(client, 'message')) as [Heard];
    const perSecond = (sent - (byKind['ack'] ?? 0) - (byKind['welcome'] ?? 0)) / seconds;
    const right = heard.received === sent && heard.gaps === 0;
    const ok = right && perSecond >= rateMin && cpu <= cpuMax;
    failed ||= !ok;
    console.log(
      `rate ${rate}: sent ${sent} (${Math.round(perSecond)}/s), received ${heard.received}, ` +
        `gaps ${heard.gaps}, cpu ${Math.round(cpu * 100)} % of a core, ` +
        `left out ${Math.round(leftOutMs)} ms: ${ok ? 'ok' : 'FAILED'}`,
    );
  }
  process.exit(failed ? 1 : 0);
}

async function listen(url: string): Promise<void> {
  const bullet = await fetch(`${url}/api/v1/bullet-public`, { method: 'POST' });
  const { data } = (await bullet.json()) as {
    data: { token: string; instanceServers: { endpoint: string }[] };
  };
  const symbols = (await (await fetch(`${url}/api/v2/symbols`)).json()) as {
    data: { symbol: string }[];
  };
  const names = symbols.data.map(({ symbol }) => symbol).join(',');
  const ws = new WebSocket(`${data.instanceServers[0]?.endpoint ?? ''}?token=${data.token}`);
  const next = new Map<string, number>();
  let received = 0;
  let gaps = 0;
  ws.addEventListener('message', ({ data: frame }) => {
    const text = String(frame);
    received += 1;
    if (text.startsWith('{"topic":"/market/level2')) {
      const start = Number(/"sequenceStart":(\d+)/.exec(text)?.[1]);
      const end = Number(/"sequenceEnd":(\d+)/.exec(text)?.[1]);
      const symbol = /"symbol":"([^"]+)"/.exec(text)?.[1] ?? '';
      if ((next.get(symbol) ?? start) !== start) gaps += 1;
      next.set(symbol, end + 1);
    } else if (text.includes('"welcome"')) {
      for (const path of PATHS) {
        const topic = `${path}:${names}`;
        ws.send(JSON.stringify({ id: path, type: 'subscribe', topic, response: true }));
      }
    } else if (text.includes('"ack"') && text.includes('ticker')) {
      process.send?.('ready');
    }
  });
  await once(ws, 'close');
  process.send?.({ received, gaps } satisfies Heard);
  process.disconnect();
}
