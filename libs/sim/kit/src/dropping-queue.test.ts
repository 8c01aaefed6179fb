// Goal: a client that reads slowly and stays gets what the policy says, and every message left out
// is told. Method: a socket of the test that takes nothing until it is told to.
import { describe, expect, test } from 'vitest';
import { DroppingQueue } from './dropping-queue.ts';
import type { DropPolicy } from './dropping-queue.ts';
import type { QueueSocket } from './send-queue.ts';

/** Takes a write and calls back when it is told to; until then it counts as not taken. */
class SlowSocket implements QueueSocket {
  readonly texts: string[] = [];
  writableLength = 0;
  #waiting: (() => void)[] = [];
  #drain: () => void = () => undefined;

  write(chunk: Uint8Array, written: () => void): boolean {
    const text = String(chunk);
    this.writableLength += text.length;
    this.#waiting.push(() => {
      this.texts.push(text);
      this.writableLength -= text.length;
      written();
    });
    return false;
  }

  on(_event: 'drain', run: () => void): void {
    this.#drain = run;
  }

  take(): void {
    for (const run of this.#waiting.splice(0)) run();
    this.#drain();
  }
}

function setUp(policy: DropPolicy) {
  const socket = new SlowSocket();
  const dropped: (string | undefined)[] = [];
  const queue = new DroppingQueue({
    ...{ socket, kinds: 1, bytesMax: 3, policy },
    counts: { addBatch: () => undefined },
    onGiven: () => undefined,
    onDropped: (line) => dropped.push(line?.instrument),
  });
  const send = (text: string): void => {
    const bytes = Buffer.from(text);
    queue.append({ bytes, start: 0, end: 1 }, 0, { kind: 'other', instrument: text });
    queue.flush();
  };
  return { socket, queue, dropped, send };
}

describe('a queue that drops', () => {
  test.each<[DropPolicy, string, string[]]>([
    ['drop-newest', 'bcd', ['e', 'f']],
    ['drop-oldest', 'def', ['b', 'c']],
  ])('%s leaves out what its name says', (policy, kept, left) => {
    const { socket, queue, dropped, send } = setUp(policy);
    for (const text of 'abcdef') send(text);
    expect(dropped).toEqual(left);
    socket.take();
    socket.take();
    expect(socket.texts).toEqual(['a', kept]);
    expect(queue.given).toBe(4);
    expect(queue.untaken).toBe(0);
  });

  test('a client that keeps up gets everything', () => {
    const { socket, queue, dropped, send } = setUp('drop-oldest');
    for (const text of 'abcdef') {
      send(text);
      socket.take();
    }
    expect(socket.texts.join('')).toBe('abcdef');
    expect(dropped).toEqual([]);
    expect(queue.given).toBe(6);
  });
});
