// Goal: a replay of files of DBN accounts for each of their records, as one of KuCoin does.
// Method: the command as a process, on the vendor's own files.
import { join } from 'node:path';
import { capturedData, repositoryRoot, runToEnd } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';

const data = capturedData('DBN in tickwire replay', 'dbn');

describe.skipIf(data === undefined)('a replay of captured DBN', () => {
  test('balances at every hop, and ends with 0', async () => {
    const { code, stderr, stdout } = await runToEnd({
      script: join(repositoryRoot(), 'apps/cli/src/main.ts'),
      args: ['replay', join(data ?? '', 'py/GLBX.MDP3'), '--json'],
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ read: 50, ticks: 82, lost: 0, dropped: 0 });
  });
});
