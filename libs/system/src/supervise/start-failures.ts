import { SystemError } from '../errors.ts';

/** @throws SystemError `START_FAILED` with a sentence for each that did not start. */
export function requireStarted(results: readonly PromiseSettledResult<void>[]): void {
  const failures = results.flatMap((one) =>
    one.status === 'rejected' ? [asError(one.reason)] : [],
  );
  const [first, ...others] = failures;
  if (first === undefined) return;
  const bug = failures.find((one) => !(one instanceof SystemError));
  if (bug !== undefined) throw bug;
  if (others.length === 0) throw first;
  const sentences = failures.map((one) => (one instanceof SystemError ? said(one) : ''));
  throw new SystemError('START_FAILED', sentences.join('\n'));
}

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error(String(reason));

const said = ({ message, hint }: SystemError): string =>
  hint === undefined ? `${message}.` : `${message}. ${hint}.`;
