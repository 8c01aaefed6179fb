import { bannedCalls } from './banned-calls.ts';
import { deadFiles } from './dead-files.ts';
import { capturedDataTitle, forbiddenText } from './forbidden-text.ts';
import { deadLinks } from './links.ts';
import { fileName } from './names.ts';
import { positionalParameters } from './parameters.ts';
import { fileLength, functionLength, lineLength } from './sizes.ts';
import type { Finding, Source } from './source.ts';

const FILE_RULES: readonly ((source: Source) => Finding[])[] = [
  fileName,
  fileLength,
  functionLength,
  lineLength,
  positionalParameters,
  bannedCalls,
  forbiddenText,
  capturedDataTitle,
];

/**
 * Checks the rules of the project's style that compiler, linter and formatter do not.
 *
 * @param exists - Whether a path relative to the repository root is a file or folder.
 */
export function tidy(sources: readonly Source[], exists: (path: string) => boolean): Finding[] {
  const found = sources.flatMap((source) => FILE_RULES.flatMap((rule) => rule(source)));
  return [...found, ...deadFiles(sources), ...deadLinks(sources, exists)];
}
