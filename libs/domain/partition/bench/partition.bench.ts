/**
 * `npm run bench -- partition`: what a look-up costs (floor: the Map alone; peer: hash % n), what
 * making a plan costs, and how other ways to place 50,000 symbols compare: how even they are, and
 * what they move when the 17th partition comes. Times are CPU time of this thread: what others do
 * on the machine is not in them.
 */
import { seededRandom, testSeed } from '@tickwire/testing';
import { zipfMarket, prefixOf, shuffle } from '../prove/markets.ts';
import { PartitionPlan, hashText } from '../src/index.ts';
import type { WeightedSymbol } from '../src/index.ts';
import { boundedJump, boundedRing, jump, modulo } from './peers.ts';
import type { Peer } from './peers.ts';

const RUNS = 15;
const LOOK_UPS = 2_000_000;
const COUNT = 16;

const ours: Peer = {
  name: 'rendezvous, bounded (ours)',
  place(symbols, count) {
    const plan = new PartitionPlan(symbols, { count });
    return Uint16Array.from(symbols, ({ symbol }) => plan.partitionOf(symbol));
  },
};

const seed = testSeed();
const random = seededRandom(seed);
console.log(`node ${process.version} ${process.arch}, seed ${seed}, ${RUNS} runs`);
const market = zipfMarket(0, prefixOf(seed));
const plan = new PartitionPlan(market, { count: COUNT });
const names = shuffle(
  market.map(({ symbol }) => symbol),
  random,
);
lookUps('1,000 hot symbols', names.slice(0, 1_000));
lookUps('50,000 symbols at random', names);
measurePlan();
for (const exponent of [0, 1]) compare(exponent);

function lookUps(what: string, keys: readonly string[]): void {
  const table = new Map(keys.map((key) => [key, plan.partitionOf(key)]));
  measure(`look-up, ${what}`, keys, (key) => plan.partitionOf(key));
  measure(`  floor: Map.get`, keys, (key) => table.get(key) ?? 0);
  measure(`  peer: hash % n`, keys, (key) => hashText(key) % COUNT);
}

function measure(name: string, keys: readonly string[], of: (key: string) => number): void {
  const rounds = Math.ceil(LOOK_UPS / keys.length);
  const costs: number[] = [];
  let sum = 0;
  for (let run = 0; run <= RUNS; run++) {
    const fromMs = cpuMs();
    for (let round = 0; round < rounds; round++) for (const key of keys) sum += of(key);
    const ns = ((cpuMs() - fromMs) * 1e6) / (rounds * keys.length);
    if (run > 0) costs.push(ns); // the first one warms up
  }
  if (sum < 0) throw new Error('unused'); // keeps the loop from being dropped
  print(name, costs, 'ns');
}

function measurePlan(): void {
  for (const count of [2, COUNT, 64]) {
    const costs: number[] = [];
    for (let run = 0; run <= RUNS; run++) {
      const fromMs = cpuMs();
      new PartitionPlan(market, { count });
      if (run > 0) costs.push(cpuMs() - fromMs);
    }
    print(`plan of 50,000 symbols on ${count}`, costs, 'ms');
  }
}

function compare(exponent: number): void {
  const symbols = zipfMarket(exponent, prefixOf(seed));
  const what = exponent === 0 ? 'equal loads' : `Zipf ${exponent}`;
  console.log(`${what}: max/mean on ${COUNT}; moved to ${COUNT + 1}, share of symbols × ${COUNT}`);
  for (const peer of [ours, boundedRing, boundedJump, jump, modulo]) {
    const before = peer.place(symbols, COUNT);
    const after = peer.place(symbols, COUNT + 1);
    const moved = before.reduce((sum, partition, at) => sum + (partition === after[at] ? 0 : 1), 0);
    const share = ((moved / symbols.length) * COUNT).toFixed(2).padStart(6);
    console.log(`  ${peer.name.padEnd(30)} ${unevenness(symbols, before)}  moved ${share}`);
  }
}

function unevenness(symbols: readonly WeightedSymbol[], partitions: Uint16Array): string {
  const loads = new Float64Array(COUNT);
  symbols.forEach(({ weight }, at) => {
    const partition = partitions[at] as number;
    loads[partition] = (loads[partition] as number) + weight;
  });
  const mean = loads.reduce((sum, load) => sum + load, 0) / COUNT;
  return `max/mean ${(Math.max(...loads) / mean).toFixed(3)}`;
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e3;
}

function print(name: string, costs: number[], unit: string): void {
  costs.sort((a, b) => a - b);
  const [least = 0, most = 0] = [costs[0], costs.at(-1)];
  const median = costs[Math.floor(costs.length / 2)] ?? 0;
  const spread = `${least.toFixed(1)} … ${most.toFixed(1)}`;
  console.log(`${name.padEnd(36)} median ${median.toFixed(1)} ${unit}, ${spread}`);
}
