// A process of its own: plans one market, its symbols in an order of its own, and prints a digest.
import { createHash } from 'node:crypto';
import { seededRandom } from '@tickwire/testing';
import { PartitionPlan } from '../src/index.ts';
import { prefixOf, shuffle, zipfMarket } from './markets.ts';

const [seed = 0, exponent = 0, count = 1, order = 0] = process.argv.slice(2).map(Number);
const symbols = zipfMarket(exponent, prefixOf(seed));
const names = symbols.map(({ symbol }) => symbol);
const plan = new PartitionPlan(shuffle(symbols, seededRandom(order)), { count });
const hash = createHash('sha256');
for (const name of names) hash.update(`${name}=${plan.partitionOf(name)}\n`);
console.log(hash.digest('hex'));
