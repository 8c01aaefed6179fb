import { closeSync, existsSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { LOG_BYTES_MAX, lastLoggedError, openServiceLog } from './service-log.ts';

const logPath = (): string => join(temporaryDirectory({ name: 'log' }), 'log', 'gateway.log');

const line = (level: string, msg: string): string => `${JSON.stringify({ level, msg })}\n`;

describe('the log of a service', () => {
  test('is continued, and moved aside at a start when it has grown too large', () => {
    const path = logPath();
    closeSync(openServiceLog(path));
    writeFileSync(path, 'before\n');
    const fd = openServiceLog(path);
    writeSync(fd, 'after\n');
    closeSync(fd);
    expect(statSync(path).size).toBe(13);
    truncateSync(path, LOG_BYTES_MAX + 1);
    closeSync(openServiceLog(path));
    expect(statSync(path).size).toBe(0);
    expect(existsSync(`${path}.1`)).toBe(true);
  });

  test('tells the last error of this start only', () => {
    const path = logPath();
    closeSync(openServiceLog(path));
    const old = line('error', 'of an earlier run');
    writeFileSync(path, old + line('error', 'first') + line('fatal', 'last') + line('info', 'x'));
    expect(lastLoggedError(path, old.length)).toBe('last');
    expect(lastLoggedError(path, statSync(path).size)).toBeUndefined();
  });

  test('finds an error that no logger wrote', () => {
    const path = logPath();
    closeSync(openServiceLog(path));
    writeFileSync(
      path,
      '/a.ts:1\n  boom\n\nTypeError: x is not a function\n    at a.ts:1\n\nNode v24\n',
    );
    expect(lastLoggedError(path, 0)).toBe('TypeError: x is not a function');
    expect(lastLoggedError(`${path}.missing`, 0)).toBeUndefined();
  });
});
