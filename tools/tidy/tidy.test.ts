import { describe, expect, test } from 'vitest';
import { createSource } from './source.ts';
import { tidy } from './tidy.ts';

/** Rules that answer for these files, once each, without the warnings. */
function rules(files: Record<string, string>): string[] {
  const sources = Object.entries(files).map(([path, text]) => createSource(path, text));
  const findings = tidy(sources, (path) => path in files || path === 'docs');
  return [...new Set(findings.filter(({ warning }) => !warning).map(({ rule }) => rule))];
}

/** The same for one file of a library that its entry imports. */
function rulesOf(text: string, path = 'libs/core/src/a.ts'): string[] {
  return rules({ 'libs/core/src/index.ts': `import '/${path}';\n`, [path]: text }).filter(
    (rule) => rule !== 'dead-file',
  );
}

function lines(count: number): string {
  return 'f();\n'.repeat(count);
}

describe('sizes', () => {
  test.each([
    ['a file of 500 lines', lines(500), []],
    ['a file of 501 lines', lines(501), ['file-length']],
    ['a function of 70 lines', `function f() {\n${lines(68)}}\n`, []],
    ['a function of 71 lines', `function f() {\n${lines(69)}}\n`, ['function-length']],
    ['100 columns', `// ${'x'.repeat(97)}\n`, []],
    ['101 columns', `// ${'x'.repeat(98)}\n`, ['line-length']],
    ['a long address', `// https://${'x'.repeat(98)}\n`, []],
    ['a long regular expression', `const a = /${'x'.repeat(98)}/;\n`, []],
    ['a long text', `const a = '${'x'.repeat(98)}';\n`, ['line-length']],
  ])('%s', (_name, text, expected) => {
    expect(rulesOf(text)).toEqual(expected);
  });

  test('a describe() may be long, and a test may hold a long message', () => {
    const message = `const message = '${'x'.repeat(98)}';\n`;
    const text = `describe('a', () => {\n${lines(80)}${message}});\n`;
    expect(rulesOf(text, 'libs/core/src/a.test.ts')).toEqual([]);
  });

  test('generated code is as long as its schema', () => {
    const text = `function f() {\n${lines(600)}}\n// ${'x'.repeat(200)}\n`;
    expect(rulesOf(text, 'libs/wire/a/src/generated/a.ts')).toEqual([]);
    expect(rulesOf(text, 'libs/wire/a/src/made/a.ts')).toHaveLength(3);
  });

  test('a file above 300 lines is a warning', () => {
    const source = createSource('libs/core/src/index.ts', lines(301));
    expect(tidy([source], () => true)).toMatchObject([{ rule: 'file-length', warning: true }]);
  });
});

describe('names', () => {
  test.each([
    ['libs/core/src/orderBook.ts', ['file-name']],
    ['libs/core/src/utils.ts', ['catch-all-name']],
    ['libs/core/src/string-helpers.ts', ['catch-all-name']],
    ['libs/common/src/a.ts', ['catch-all-name']],
    ['libs/core/src/order-book.property.test.ts', []],
    ['libs/core/src/level2.ts', []],
  ])('%s', (path, expected) => {
    expect(rulesOf('f();\n', path)).toEqual(expected);
  });
});

describe('parameters', () => {
  test.each([
    ['function f(a, b, c) {}\n', []],
    ['function f(a, b, c, d) {}\n', ['parameters']],
    ['const f = (a, b, c, d) => a;\n', ['parameters']],
    ['class A { f(a, b, c, d) {} }\n', ['parameters']],
    ['class A { constructor(a, b, c, d) {} }\n', ['parameters']],
    ['const f: Callback = (a, b, c, d) => a;\n', []],
    ['list.replace(x, (a, b, c, d) => a);\n', []],
    ['function f(this: X, a, b, c) {}\n', []],
  ])('%s', (text, expected) => {
    expect(rulesOf(text)).toEqual(expected);
  });
});

describe('banned calls', () => {
  test.each([
    ['Date.now()', 'libs/domain/book/src/a.ts', ['banned-call']],
    ['new Date()', 'libs/venue/kucoin/src/a.ts', ['banned-call']],
    ['new Date(0)', 'libs/venue/kucoin/src/a.ts', []],
    ['Date.now()', 'libs/io/service/src/a.ts', []],
    ['Math.random()', 'libs/sim/kucoin/src/a.ts', ['banned-call']],
    ['Math.random()', 'libs/testing/src/a.ts', []],
    ['console.log(1)', 'libs/io/bus/src/a.ts', ['banned-call']],
    ['console.log(1)', 'apps/cli/src/a.ts', []],
    ['performance.timeOrigin + 1', 'libs/io/bus/src/a.ts', ['banned-call']],
    ['new Promise((r) => setTimeout(r, 5))', 'libs/io/bus/src/a.test.ts', ['banned-call']],
    ["import { setTimeout as p } from 'node:timers/promises'", 'e2e/a.test.ts', ['banned-call']],
    ["import { setImmediate } from 'node:timers/promises'", 'e2e/a.test.ts', []],
    ['new Promise((r) => server.listen(r))', 'libs/io/bus/src/a.test.ts', []],
    ['new Promise((r) => setTimeout(r, 5))', 'libs/io/bus/src/a.ts', []],
  ])('%s in %s', (code, path, expected) => {
    expect(rulesOf(`${code};\n`, path)).toEqual(expected);
  });
});

describe('forbidden text', () => {
  test.each([
    ['// TODO later\n', 'libs/core/src/a.ts', ['unfinished']],
    ['test.only("a", f);\n', 'libs/core/src/a.test.ts', ['switched-off-test']],
    ['describe.skip("a", f);\n', 'libs/core/src/a.test.ts', ['switched-off-test']],
    ['describe.skipIf(x)("a", f);\n', 'libs/core/src/a.test.ts', []],
    ["open('/home/me/x');\n", 'libs/core/src/a.ts', ['machine-path']],
    ['// eslint-disable-next-line\n', 'libs/core/src/a.ts', ['silenced-check']],
    ['const dir = capturedData("x");\n', 'libs/core/src/a.test.ts', ['captured-data-title']],
    [
      'const dir = capturedData("x");\ndescribe("captured data", f);\n',
      'libs/core/src/a.test.ts',
      [],
    ],
  ])('%s', (text, path, expected) => {
    expect(rulesOf(text, path)).toEqual(expected);
  });
});

describe('dead files', () => {
  const index = "export { a } from './a.ts';\n";
  test.each([
    ['imported by the entry', { 'libs/x/src/index.ts': index, 'libs/x/src/a.ts': '' }, []],
    ['imported by nothing', { 'libs/x/src/index.ts': '', 'libs/x/src/a.ts': '' }, ['dead-file']],
    [
      'imported only by its own test',
      { 'libs/x/src/a.ts': '', 'libs/x/src/a.test.ts': "import './a.ts';\n" },
      ['dead-file'],
    ],
    [
      'material of several tests',
      { 'libs/x/src/golden.ts': '', 'libs/x/src/a.test.ts': "import './golden.ts';\n" },
      [],
    ],
    [
      'a command of a page',
      { 'README.md': '`node tools/picture/make.ts`\n', 'tools/picture/make.ts': '' },
      [],
    ],
    [
      'started by path',
      {
        'libs/x/src/index.ts': "new Worker(new URL('./worker.ts', import.meta.url));\n",
        'libs/x/src/worker.ts': '',
      },
      [],
    ],
  ])('%s', (_name, files, expected) => {
    expect(rules(files)).toEqual(expected);
  });
});

describe('links', () => {
  test.each([
    ['[a](docs)', []],
    ['[a](docs/missing.md)', ['dead-link']],
    ['[a](#a-heading)', []],
    ['[a](#no-heading)', ['dead-link']],
    ['`[a](docs/missing.md)`', []],
    ['[a](https://example.org/x)', []],
    ['[a](other.md#its-heading)', []],
    ['[a](other.md#no-heading)', ['dead-link']],
  ])('%s', (text, expected) => {
    const page = `# A heading\n\n${text}\n`;
    expect(rules({ 'README.md': page, 'other.md': '## Its heading\n' })).toEqual(expected);
  });
});
