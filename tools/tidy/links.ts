import { posix } from 'node:path';
import type { Finding, Source } from './source.ts';

const LINK = /!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g;

/** The anchor that a Markdown renderer gives a heading: "## A `b`, c" → "a-b-c". */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

function anchors(text: string): Set<string> {
  return new Set([...text.matchAll(/^#{1,6}\s+(.*)$/gm)].map((match) => anchorOf(match[1]!)));
}

/** Code blocks and spans show links, they do not make them. */
function prose(text: string): string {
  const blank = (code: string) => code.replace(/[^\n]/g, ' ');
  return text.replace(/^```[\s\S]*?^```/gm, blank).replace(/`[^`\n]*`/g, blank);
}

/**
 * Links of Markdown files that point nowhere.
 *
 * @param exists - Whether a path relative to the repository root is a file or folder.
 */
export function deadLinks(
  sources: readonly Source[],
  exists: (path: string) => boolean,
): Finding[] {
  const pages = new Map(sources.map((source) => [source.path, source.text]));
  const found: Finding[] = [];
  for (const { path, text } of sources) {
    if (!path.endsWith('.md')) continue;
    prose(text)
      .split('\n')
      .forEach((content, index) => {
        for (const [, link] of content.matchAll(LINK)) {
          if (/^[a-z][a-z0-9+.-]*:/i.test(link!)) continue;
          const [file = '', anchor] = decodeURI(link!).split('#');
          const target = file === '' ? path : posix.join(posix.dirname(path), file);
          const page = pages.get(target);
          const isDead = file !== '' && !exists(target);
          const isLost = anchor !== undefined && page !== undefined && !anchors(page).has(anchor);
          if (!isDead && !isLost) continue;
          const message = `the link ${link} points nowhere`;
          found.push({ path, line: index + 1, rule: 'dead-link', message });
        }
      });
  }
  return found;
}
