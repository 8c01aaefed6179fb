// Goal: what is shown is what `up` would use, with its origin, and nothing secret.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema, configTable } from '@tickwire/system';
import { temporaryDirectory } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { runCommandLine } from '../program.ts';
import type { CliContext } from '../program.ts';

async function shown(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  let out = '';
  const context: CliContext = {
    terminal: {
      out: (text) => void (out += text),
      note: (line) => void (out += line),
      drained: () => Promise.resolve(),
      isInteractive: false,
      hasColour: false,
      columns: () => 80,
      rows: () => 40,
    },
    env,
    version: '1.2.3',
    random: () => 0,
    entryOf: (app) => app,
    setExitCode: () => undefined,
  };
  await runCommandLine(['config', ...args], context);
  return out;
}

describe('tickwire config', () => {
  const file = join(temporaryDirectory({ name: 'config-command' }), 'c.json');

  test('shows each value with where it comes from, without passwords', async () => {
    writeFileSync(file, '{\n"rate": 7,\n"telemetry": {"otlpUrl": "http://user:secret@h:1"}}');
    const env = { TICKWIRE_SEED: '5', NATS_URL: 'nats://token-secret@h:4222' };
    const args = ['--config', file, '--preset', 'min-latency'];
    const json = JSON.parse(await shown([...args, '--json'], env)) as Record<string, unknown>;
    expect(json).toMatchObject({
      rate: { value: 7, origin: 'file', from: `${file}:2`, variable: 'TICKWIRE_RATE' },
      seed: { value: 5, origin: 'environment', from: 'TICKWIRE_SEED' },
      natsUrl: { value: 'nats://…@h:4222', origin: 'environment', from: 'NATS_URL' },
      'telemetry.otlpUrl': { value: 'http://…@h:1', origin: 'file', from: `${file}:3` },
      'rings.slots': { value: 8192, origin: 'preset', from: 'min-latency' },
      'api.port': { value: 7480, origin: 'default' },
      duration: { value: null, origin: 'default' },
    });
    const table = await shown(args, env);
    expect(table).toMatch(/^rate +7 +.*c\.json:2$/m);
    expect(table).toMatch(/^rings\.slots +8192 +preset min-latency$/m);
    expect(table).not.toContain('secret');
  });

  test('checks a file, and names what is wrong with it', async () => {
    writeFileSync(file, '{"rate": 7}');
    expect(await shown(['--config', file, '--check'])).toBe('The configuration is right.\n');
    writeFileSync(file, '{"rate": "7",\n"sed": 1}');
    const attempt = shown(['--config', file, '--check'], { TICKWIRE_VENDORS: 'nyse' });
    await expect(attempt).rejects.toMatchObject({ code: 'USAGE', exitCode: 2 });
    await expect(attempt).rejects.toThrow(/3 mistakes: .*c\.json:1: rate: .*c\.json:2: sed is/);
  });

  test('prints the schema and the table of the reference', async () => {
    expect(JSON.parse(await shown(['--json-schema']))).toEqual(configJsonSchema());
    expect(await shown(['--table'])).toBe(`${configTable()}\n`);
  });
});
