interface FileReport {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null }[];
}

/**
 * Rules that answered, by file: from what Nx shows of ESLint's JSON report, which is one line.
 *
 * @param root - Folder that file names in the result are relative to.
 */
export function rulesByFile(output: string, root: string): Map<string, string[]> {
  const reports = output
    .split('\n')
    .filter((line) => line.startsWith('[{"filePath"'))
    .flatMap((line) => JSON.parse(line) as FileReport[]);
  return new Map(
    reports.map(({ filePath, messages }) => [
      filePath.replace(`${root}/`, ''),
      messages.map((message) => message.ruleId ?? 'a file that cannot be parsed'),
    ]),
  );
}
