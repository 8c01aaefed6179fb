/**
 * Updates per second of one core: 1,048,576 entries of 512 interleaved instruments, made
 * beforehand by books that are kept as plain arrays, into books by level of 10 levels and into
 * books by order of about 100 orders. Each entry is put into the update from typed arrays, as a
 * decoder would, goes through the channel, and its changes by price are read; every fourth ends an
 * event. Seconds are those that the thread had a core: others may use the machine. Figures are the
 * median of 7 rounds with the slowest and fastest; the floor is the same walk without the books.
 *
 *   npm run bench -- depth [--json]
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { DepthChannel, DepthCode, END_OF_EVENT, LevelUpdate, OrderUpdate } from '../src/index.ts';
import { UpdateAction } from '../src/index.ts';

const COUNT = 2 ** 20;
const INSTRUMENTS = 512;
const ROUNDS = 7;
const LEVELS = 10;
const ORDERS = 100;

const { values: options } = parseArgs({ options: { json: { type: 'boolean' } }, strict: false });
const seed = Number(process.env.TICKWIRE_SEED ?? 11);
let state = seed;
const int = (below: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};

/** Entries in columns. */
const columns = () => ({
  instrument: new Int32Array(COUNT),
  action: new Uint8Array(COUNT),
  isBid: new Uint8Array(COUNT),
  level: new Uint8Array(COUNT),
  rptSeq: new Uint32Array(COUNT),
  idLo: new Uint32Array(COUNT),
  priorityLo: new Uint32Array(COUNT),
  price: new Float64Array(COUNT),
  size: new Float64Array(COUNT),
});
type Columns = ReturnType<typeof columns>;

const TICK = 250_000_000;
const MIDDLE = 4_000_000_000_000;

/** Near the best prices, where most of a market happens. */
const near = (below: number): number => Math.min(int(below), int(below));

function levelEntries(into: Columns): void {
  const sides = Array.from({ length: 2 * INSTRUMENTS }, (): number[] => []);
  const rptSeqs = new Uint32Array(INSTRUMENTS);
  for (let at = 0; at < COUNT; at++) {
    const instrument = int(INSTRUMENTS);
    const isBid = int(2);
    const prices = sides[2 * instrument + isBid]!;
    const sign = isBid === 1 ? 1 : -1;
    const place = near(prices.length);
    let action: number = UpdateAction.Change;
    let price = prices[place];
    if (price === undefined || prices.length < 5 || int(10) < 2) {
      action = UpdateAction.New;
      // Twice the ticks of the depth: there is always a free price behind the best one.
      do price = MIDDLE - sign * (1 + int(2 * LEVELS + 5)) * TICK;
      while (prices.includes(price));
      prices.push(price);
      prices.sort((a, b) => (b - a) * sign);
      if (prices.indexOf(price) >= LEVELS) {
        prices.length = LEVELS;
        action = UpdateAction.Change;
        price = prices[place]!;
      }
    } else if (int(10) < 2) {
      action = UpdateAction.Delete;
    }
    into.level[at] = prices.indexOf(price) + 1;
    if (action === UpdateAction.New) prices.length = Math.min(prices.length, LEVELS);
    if (action === UpdateAction.Delete) prices.splice(place, 1);
    into.instrument[at] = instrument;
    into.isBid[at] = isBid;
    into.action[at] = action;
    into.price[at] = price;
    into.size[at] = 1 + int(500);
    into.rptSeq[at] = ++rptSeqs[instrument]!;
  }
}

function orderEntries(into: Columns): void {
  const books = Array.from({ length: INSTRUMENTS }, (): number[] => []);
  for (let at = 0; at < COUNT; at++) {
    const instrument = int(INSTRUMENTS);
    const held = books[instrument]!;
    const place = int(held.length);
    const pick = int(10);
    const entry = held[place];
    let action: number = UpdateAction.New;
    if (entry !== undefined && held.length >= ORDERS && pick < 7) {
      action = pick < 4 ? UpdateAction.Delete : UpdateAction.Change;
    }
    const from = action === UpdateAction.New ? at : entry!;
    into.instrument[at] = instrument;
    into.action[at] = action;
    into.isBid[at] = action === UpdateAction.New ? int(2) : into.isBid[from]!;
    into.idLo[at] = action === UpdateAction.New ? at : into.idLo[from]!;
    into.priorityLo[at] = action === UpdateAction.Delete ? into.priorityLo[from]! : at;
    const isBid = into.isBid[at] === 1;
    const price = MIDDLE - (isBid ? 1 : -1) * (1 + near(30)) * TICK;
    into.price[at] = action === UpdateAction.New || pick === 4 ? price : into.price[from]!;
    into.size[at] = 1 + int(50);
    // A Change of the size alone keeps the priority.
    if (action === UpdateAction.Change && pick > 4) into.priorityLo[at] = into.priorityLo[from]!;
    if (action === UpdateAction.New) held.push(at);
    else if (action === UpdateAction.Change) held[place] = at;
    else {
      held[place] = held.at(-1)!;
      held.pop();
    }
  }
}

const levels = columns();
const orders = columns();
levelEntries(levels);
orderEntries(orders);

const channel = new DepthChannel();
const instruments = Array.from({ length: INSTRUMENTS }, (_, securityId) =>
  channel.add({ securityId: 1_000 + 37 * securityId, levels: LEVELS, orders: {} }),
);
const securityIds = Int32Array.from(instruments, ({ securityId }) => securityId);
const level = new LevelUpdate();
const order = new OrderUpdate();

function fillLevel(at: number): void {
  level.securityId = securityIds[levels.instrument[at]!]!;
  level.rptSeq = levels.rptSeq[at]!;
  level.isBid = levels.isBid[at] === 1;
  level.action = levels.action[at]!;
  level.level = levels.level[at]!;
  level.price = levels.price[at]!;
  level.size = levels.size[at]!;
  level.orders = 3;
}

function fillOrder(at: number): void {
  order.securityId = securityIds[orders.instrument[at]!]!;
  order.isBid = orders.isBid[at] === 1;
  order.action = orders.action[at]!;
  order.idLo = orders.idLo[at]!;
  order.priorityLo = orders.priorityLo[at]!;
  order.price = orders.price[at]!;
  order.size = orders.size[at]!;
}

function changed(): number {
  const { changes } = channel;
  let sum = 0;
  for (let at = 0; at < changes.count; at++) {
    sum += changes.priceAt(at) + changes.sizeAt(at) + changes.ordersAt(at);
  }
  return sum;
}

function applyLevels(): number {
  channel.reset();
  let sum = 0;
  for (let at = 0; at < COUNT; at++) {
    fillLevel(at);
    channel.apply(level);
    sum += changed();
    if ((at & 3) === 3) channel.endEvent(END_OF_EVENT);
  }
  return sum;
}

function applyOrders(): number {
  channel.reset();
  let sum = 0;
  for (let at = 0; at < COUNT; at++) {
    fillOrder(at);
    channel.applyOrder(order);
    sum += changed();
    if ((at & 3) === 3) channel.endEvent(END_OF_EVENT);
  }
  return sum;
}

function walk(): number {
  let sum = 0;
  for (let at = 0; at < COUNT; at++) {
    fillLevel(at);
    sum += level.securityId + level.price + level.size;
  }
  return sum;
}

interface Row {
  name: string;
  perSec: number;
  perSecMin: number;
  perSecMax: number;
  check: number;
}

function measure(name: string, run: () => number): Row {
  let check = run();
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.threadCpuUsage();
    check = run();
    const { user, system } = process.threadCpuUsage(start);
    rounds.push((COUNT * 1e6) / (user + system));
  }
  rounds.sort((a, b) => a - b);
  const [perSecMin = 0, perSec = 0, perSecMax = 0] = [
    rounds[0],
    rounds[ROUNDS >> 1],
    rounds.at(-1),
  ];
  return { name, perSec, perSecMin, perSecMax, check };
}

const rows = [
  measure('by level (MBP)', applyLevels),
  measure('by order (MBO)', applyOrders),
  measure('floor: the walk alone', walk),
];
const refused = channel.counts.toJson();
const isRight = instruments.every(
  (instrument) => instrument.depth.isConsistent && instrument.orders!.isConsistent,
);
const machine = `${cpus()[0]?.model ?? 'unknown CPU'} × ${cpus().length}, Node ${process.version}`;
if (options.json === true) {
  process.stdout.write(
    `${JSON.stringify({ bench: 'depth', machine, seed, count: COUNT, rows })}\n`,
  );
} else {
  process.stdout.write(
    `${machine}; ${COUNT} updates of ${INSTRUMENTS} instruments, seed ${seed}\n`,
  );
  for (const row of rows) {
    const [median, min, max] = [row.perSec, row.perSecMin, row.perSecMax].map((perSec) =>
      (perSec / 1e6).toFixed(2),
    );
    process.stdout.write(`${row.name.padEnd(24)} ${median} M updates/s  (${min} … ${max})\n`);
  }
}
if (!isRight || channel.counts.of(DepthCode.Applied) > 0 || Object.keys(refused).length > 0) {
  process.stdout.write(`not all was applied: ${JSON.stringify(refused)}\n`);
  process.exitCode = 1;
}
