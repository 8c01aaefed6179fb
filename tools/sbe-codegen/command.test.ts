import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runToEnd, temporaryDirectory } from '@tickwire/testing';
import { featureXml } from './test/fixtures.ts';

const SCRIPT = 'tools/sbe-codegen/main.ts';

function codegen(...args: string[]) {
  return runToEnd({ script: SCRIPT, args });
}

function setUp(feature = 'groups') {
  const folder = temporaryDirectory({ name: 'sbe-command' });
  const schema = join(folder, 'schema.xml');
  writeFileSync(schema, featureXml(feature));
  return { schema, out: join(folder, 'out') };
}

describe('the command', () => {
  test('writes, then finds all the same, then what was changed, is missing or stale', async () => {
    const { schema, out } = setUp();
    const files = ['--schema', schema, '--out', out];
    expect((await codegen(...files, '--check')).code).toBe(1);
    const first = await codegen(...files);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(join(out, 'messages'))).toEqual([
      'groups.ts',
      'no-bytes.ts',
      'no-fields.ts',
      'nothing.ts',
    ]);
    const same = await codegen(...files, '--check');
    expect(same).toMatchObject({ code: 0, stdout: '4 messages, 7 files, all the same\n' });

    const marked = readFileSync(join(out, 'registry.ts'), 'utf8');
    writeFileSync(join(out, 'messages/old.ts'), marked);
    writeFileSync(join(out, 'messages/mine.ts'), '// made by hand\n');
    writeFileSync(join(out, 'registry.ts'), `${marked}\n`);
    rmSync(join(out, 'index.ts'));
    const changed = await codegen(...files, '--check');
    expect(changed.code).toBe(1);
    expect(changed.stdout.replaceAll(`${out}/`, '')).toBe(
      'missing index.ts\nchanged registry.ts\nstale messages/old.ts\n4 messages, 7 files, 3 differ\n',
    );
    expect((await codegen(...files)).code).toBe(0);
    expect(readdirSync(join(out, 'messages'))).toContain('mine.ts');
    expect(readdirSync(join(out, 'messages'))).not.toContain('old.ts');
    expect((await codegen(...files, '--check')).code).toBe(0);
  }, 60_000);

  test('does not write over a file that it did not make', async () => {
    const { schema, out } = setUp();
    mkdirSync(out);
    writeFileSync(join(out, 'index.ts'), 'export {};\n');
    const refused = await codegen('--schema', schema, '--out', out);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('index.ts was not made by this tool');
    expect(readFileSync(join(out, 'index.ts'), 'utf8')).toBe('export {};\n');
  });

  test('says where a schema is wrong, and what to do', async () => {
    const { schema, out } = setUp();
    writeFileSync(schema, featureXml('groups').replace('type="uint32"', 'type="uint33"'));
    const refused = await codegen('--schema', schema, '--out', out);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/schema\.xml:\d+:\d+: UNKNOWN_TYPE .*"uint33"\n {2}define/);
  });

  test('names a misspelt attribute and goes on', async () => {
    const { schema, out } = setUp();
    writeFileSync(schema, featureXml('groups').replace(' offset="8"', ' ofset="8"'));
    const warned = await codegen('--schema', schema, '--out', out);
    expect(warned.code).toBe(0);
    expect(warned.stderr).toContain('the attribute ofset is not known');
  });

  test('explains itself, and refuses what it does not know', async () => {
    const help = await codegen('--help');
    expect(help.code).toBe(0);
    for (const option of ['--schema', '--out', '--runtime', '--check', 'Exit codes']) {
      expect(help.stdout).toContain(option);
    }
    expect(await codegen('--wrong')).toMatchObject({ code: 2 });
    expect(await codegen('--out', 'x')).toMatchObject({ code: 2 });
    const { out } = setUp();
    expect(await codegen('--schema', join(out, 'absent.xml'), '--out', out)).toMatchObject({
      code: 4,
    });
  }, 60_000);
});
