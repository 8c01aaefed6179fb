/**
 * What a handler returned, if it is to be waited for. It may return what is no promise: an arrow
 * function returns its last value.
 */
export function asPromise(returned: unknown): Promise<void> | undefined {
  const isThenable =
    typeof returned === 'object' &&
    returned !== null &&
    'then' in returned &&
    typeof returned.then === 'function';
  return isThenable ? (returned as Promise<void>) : undefined;
}
