import { describe, expect, test } from 'vitest';
import { waitFor } from '@tickwire/testing';
import { runChild } from './run-child.ts';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('running a child', () => {
  test('keeps both outputs and the exit code', async () => {
    const script = "console.log('out'); console.error('err'); process.exit(3)";
    const result = await runChild({
      command: process.execPath,
      args: ['-e', script],
      show: false,
    });
    expect(result).toMatchObject({ ok: false, code: 3, timedOut: false });
    expect(result.output).toContain('out\n');
    expect(result.output).toContain('err\n');
  });

  test('is a result when the command does not exist', async () => {
    const result = await runChild({ command: '/nonexistent', args: [], show: false });
    expect(result).toMatchObject({ ok: false, code: 127 });
  });

  test('ends the whole group at the time limit', async () => {
    const grandchild = 'setInterval(() => {}, 1000)';
    const script = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}]);
      console.log('pid ' + child.pid);
      setInterval(() => {}, 1000);`;
    const result = await runChild({
      command: process.execPath,
      args: ['-e', script],
      show: false,
      limitMs: 1_500,
    });
    expect(result.timedOut).toBe(true);
    const pid = Number(/pid (\d+)/.exec(result.output)?.[1]);
    await waitFor(() => !isAlive(pid), { what: 'the grandchild to end' });
  });
});
