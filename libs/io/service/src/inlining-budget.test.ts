// Goal: V8 takes the limits. It ignores a flag that it does not know, with a line on stderr.
import { runToEnd } from '@tickwire/testing';
import { expect, test } from 'vitest';

test('V8 knows both limits, and takes them while it runs', async () => {
  const { code, stderr } = await runToEnd({
    script: 'libs/io/service/test-processes/raised-inlining.ts',
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
