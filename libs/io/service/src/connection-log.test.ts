// Goal: the count of a connection survives the death of its process, to the message. Method: the
// log over plain memory, with the stores that a kill would have left out.
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COUNTER_FILE_BYTES, CounterTable } from '@tickwire/core';
import { temporaryDirectory } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import {
  ConnectionLog,
  connectionKey,
  openConnections,
  readConnectionRecords,
} from './connection-log.ts';

function setUp() {
  const path = join(temporaryDirectory({ name: 'connections' }), 'sent.ndjson');
  const stats = new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));
  const total = stats.counter('total');
  const live = (): ConnectionLog => new ConnectionLog({ path, stats, total });
  return { path, stats, total, live };
}

const at = (lo: number) => ({ hi: 0, lo });

describe('the log of connections', () => {
  test('a connection that ends leaves one line with its count and times', () => {
    const { path, live } = setUp();
    const connection = live().open('one');
    for (const ns of [10, 20, 30]) {
      connection.add(1);
      connection.stamp(at(ns));
    }
    connection.close({ reason: 'client', undelivered: 2 });
    connection.close({ reason: 'again' });
    expect(readConnectionRecords(path)).toEqual([
      {
        ...{ key: connectionKey('one'), count: 3, undelivered: 2 },
        ...{ firstTs: '10', lastTs: '30', reason: 'client' },
      },
    ]);
  });

  test('what a killed process had open is written by its next life, and is open till then', () => {
    const { path, stats, total, live } = setUp();
    const connection = live().open('one');
    total.add(5);
    connection.add(5);
    expect(openConnections(stats.snapshot())).toMatchObject([{ count: 5, reason: 'open' }]);
    live();
    expect(readConnectionRecords(path)).toMatchObject([{ count: 5, reason: 'killed' }]);
    expect(openConnections(stats.snapshot())).toEqual([]);
  });

  test('a kill between the two stores of one message is put right by the total', () => {
    const { path, total, live } = setUp();
    const log = live();
    const first = log.open('one');
    total.add(7);
    first.add(7);
    first.close({ reason: 'client' });
    const second = log.open('two');
    total.add(3);
    second.add(2);
    live();
    expect(readConnectionRecords(path).map(({ count }) => count)).toEqual([7, 3]);
  });

  test('a kill between the line and its cells gives the line twice, with the same key', () => {
    const { path, total, live } = setUp();
    const connection = live().open('one');
    total.add(4);
    connection.add(4);
    const line = { key: connectionKey('one'), count: 4, undelivered: 0 };
    const whole = { ...line, firstTs: '0', lastTs: '0', reason: 'client' };
    appendFileSync(path, `${JSON.stringify(whole)}\n`);
    live();
    const records = readConnectionRecords(path);
    expect(records.map(({ key, count }) => [key, count])).toEqual([
      [connectionKey('one'), 4],
      [connectionKey('one'), 4],
    ]);
  });

  test('a line that is half written is no record', () => {
    const { path, live } = setUp();
    live().open('one').close({ reason: 'client' });
    appendFileSync(path, readFileSync(path, 'utf8').slice(0, 30));
    expect(readConnectionRecords(path)).toHaveLength(1);
  });

  test('connections beyond its slots are counted and not logged', () => {
    const { path, stats, live } = setUp();
    const log = live();
    const open = Array.from({ length: 65 }, (_, number) => log.open(`connection ${number}`));
    for (const connection of open) connection.close({ reason: 'client' });
    expect(stats.counter('count/connectionsNotLogged').value).toBe(1);
    expect(readConnectionRecords(path)).toHaveLength(64);
    expect(new Set(readConnectionRecords(path).map(({ key }) => key)).size).toBe(64);
  });
});
