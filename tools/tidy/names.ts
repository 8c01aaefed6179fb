import { isCode } from './source.ts';
import type { Finding, Source } from './source.ts';

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const CATCH_ALL = /^(utils?|helpers?|common|managers?|types)$/;

/** Files and folders of code: kebab-case, named for a concept. */
export function fileName({ path }: Source): Finding[] {
  if (!isCode(path) || !/^(libs|apps|tools|e2e)\//.test(path)) return [];
  const parts = path.split('/');
  const stems = parts.flatMap((part, index) =>
    index === parts.length - 1 ? part.split('.').slice(0, -1) : [part],
  );
  const found: Finding[] = [];
  for (const stem of stems) {
    if (!KEBAB.test(stem)) {
      const message = `"${stem}" is not kebab-case`;
      found.push({ path, line: 0, rule: 'file-name', message });
    }
    if (stem.split('-').some((word) => CATCH_ALL.test(word))) {
      const message = `"${stem}" says nothing: name the concept`;
      found.push({ path, line: 0, rule: 'catch-all-name', message });
    }
  }
  return found;
}
