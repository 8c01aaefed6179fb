/** Scripts that set what the checks recommend, and put back what was before. Nobody runs them. */
import type { CheckResult, Setting } from './check.ts';

export interface FixScripts {
  readonly set: string;
  readonly undo: string;
}

const HEAD = `set -u
failed=0

# The value in force: of a file that offers several, the one in brackets.
current() {
  content=$(cat "$1")
  case $content in
    *\\[*\\]*) content=\${content#*\\[}; content=\${content%%\\]*} ;;
  esac
  printf '%s' "$content"
}

put() {
  if [ ! -e "$1" ]; then
    echo "$1 is not there any more" >&2
    failed=1
  elif [ "$(current "$1")" = "$2" ]; then
    :
  elif printf '%s\\n' "$2" >"$1"; then
    echo "$1 = $2"
  else
    echo "$1 cannot be written: run this as root" >&2
    failed=1
  fi
}

run() {
  if "$@"; then echo "$*"; else
    echo "failed: $*" >&2
    failed=1
  fi
}
`;

/**
 * @param root - Put before each path: the tree that was read.
 * @param made - When and where, for the reader of the script.
 */
export function fixScripts(
  results: readonly CheckResult[],
  { root = '', made }: { root?: string; made: string },
): FixScripts {
  const withSettings = results.filter(({ settings }) => (settings?.length ?? 0) > 0);
  const byHand = results.flatMap(({ id, byHand: text }) =>
    text === undefined ? [] : [`# By hand, ${id}: ${oneLine(text)}`],
  );
  const section = (result: CheckResult, line: (setting: Setting) => string): string[] => [
    `# ${result.id}: ${oneLine(result.recommended)}`,
    ...(result.settings ?? []).map(line),
    '',
  ];
  const set = withSettings.flatMap((result) =>
    section(result, (setting) =>
      'path' in setting ? put(root + setting.path, setting.value) : run(setting.command),
    ),
  );
  const undo = [...withSettings]
    .reverse()
    .flatMap((result) =>
      section({ ...result, settings: [...(result.settings ?? [])].reverse() }, (setting) =>
        'path' in setting ? put(root + setting.path, setting.before) : run(setting.undo),
      ),
    );
  return {
    set: script(`Sets what tickwire doctor recommends. Until the next boot.\n# ${made}`, [
      ...set,
      ...byHand,
    ]),
    undo: script(`Puts back what was before.\n# ${made}`, undo),
  };
}

const script = (title: string, lines: readonly string[]): string =>
  `${['#!/bin/sh', `# ${title}`, HEAD, ...lines, 'exit $failed'].join('\n')}\n`;

const put = (path: string, value: string): string => `put ${quoted(path)} ${quoted(value)}`;
const run = (command: readonly string[]): string => `run ${command.map(quoted).join(' ')}`;
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');
