/**
 * Between the system and the handlers of the program: what a handler throws, or what the promise
 * it returns rejects with, is counted and told to `onError`, and stops nothing.
 */
export class HandlerGuard {
  readonly #onError: ((error: unknown, where: string) => unknown) | undefined;
  #errors = 0;

  constructor(onError: ((error: unknown, where: string) => unknown) | undefined) {
    this.#onError = onError;
  }

  /** Exceptions and rejections so far, those of `onError` itself among them. */
  get errors(): number {
    return this.#errors;
  }

  call(where: string, handler: () => unknown): void {
    try {
      this.watch(handler(), where);
    } catch (error) {
      this.tell(error, where);
    }
  }

  /** Looks after what a handler returned. */
  watch(returned: unknown, where: string): void {
    if (!(returned instanceof Promise)) return;
    returned.catch((error: unknown) => this.tell(error, where));
  }

  tell(error: unknown, where: string): void {
    this.#errors += 1;
    try {
      const returned = this.#onError?.(error, where);
      // Whoever fails at being told is counted; there is nobody left to tell.
      if (returned instanceof Promise) returned.catch(() => (this.#errors += 1));
    } catch {
      this.#errors += 1;
    }
  }
}
