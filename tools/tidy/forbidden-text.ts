import { isCode, isTest } from './source.ts';
import type { Finding, Source } from './source.ts';

interface Rule {
  readonly name: string;
  readonly pattern: RegExp;
  readonly applies: (path: string) => boolean;
  readonly message: string;
}

const RULES: readonly Rule[] = [
  {
    name: 'unfinished',
    pattern: /\b(TODO|FIXME|XXX|HACK)\b/,
    applies: () => true,
    message: 'finish it or leave it out',
  },
  {
    name: 'switched-off-test',
    pattern:
      /\b(describe|test|it|suite)(\.(each|concurrent|sequential))*\.(skip|only|todo|fails)\b/,
    applies: isTest,
    message: 'a test is on, or skips itself with its reason (skipIf, context.skip)',
  },
  {
    name: 'machine-path',
    pattern: /(^|[\s'"`(=:])\/(home|root|Users|work)\/\w/,
    applies: () => true,
    message: 'a path of one machine: derive it, or take it from the environment',
  },
  {
    name: 'silenced-check',
    pattern: /(eslint-disable|@ts-ignore|@ts-nocheck|prettier-ignore|istanbul ignore|v8 ignore)/,
    applies: isCode,
    message: 'exceptions belong in the configuration, with their reason',
  },
];

/** These files spell the words that they look for. */
const EXEMPT = /^tools\/tidy\/(forbidden-text|tidy\.test)/;

export function forbiddenText({ path, text }: Source): Finding[] {
  if (EXEMPT.test(path)) return [];
  const rules = RULES.filter((rule) => rule.applies(path));
  return text
    .split('\n')
    .flatMap((content, index) =>
      rules
        .filter((rule) => rule.pattern.test(content))
        .map((rule) => ({ path, line: index + 1, rule: rule.name, message: rule.message })),
    );
}

/** `npm test` counts the tests on captured data by their names. */
export function capturedDataTitle({ path, text }: Source): Finding[] {
  if (!isTest(path) || path.startsWith('libs/testing/') || EXEMPT.test(path)) return [];
  const usesIt = /\bcapturedData\(/.test(text);
  if (!usesIt || /\b(describe|test|it)[^\n]*[\s\S]{0,80}?\bcaptured\b/i.test(text)) return [];
  const message = 'a test that uses capturedData() says "captured" in its title';
  return [{ path, line: 0, rule: 'captured-data-title', message }];
}
