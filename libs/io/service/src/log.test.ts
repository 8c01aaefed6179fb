// Goal: what a service logs of its configuration never holds a key or a password.
import { describe, expect, test } from 'vitest';
import { createLog } from './log.ts';

function logged(details: object): string {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  createLog({ service: 'test', level: 'info', destination }).info(details, 'said');
  return lines.join('');
}

describe('the log', () => {
  test('hides keys and passwords at the first three depths', () => {
    const kucoin = { kucoinApiKey: 'K-1', kucoinApiSecret: 'S-1', kucoinApiPassphrase: 'P-1' };
    const text = logged({ ...kucoin, config: kucoin, a: { b: { token: 'T-1', fine: 'shown' } } });
    expect(text).not.toMatch(/K-1|S-1|P-1|T-1/);
    expect(text).toContain('shown');
    expect(text.match(/\[hidden\]/g)).toHaveLength(7);
  });

  test('shows addresses without the user in them', () => {
    const text = logged({ info: { natsUrl: 'nats://user:canary@127.0.0.1:4222' } });
    expect(text).toContain('nats://127.0.0.1:4222');
    expect(text).not.toMatch(/canary|user/);
  });
});
