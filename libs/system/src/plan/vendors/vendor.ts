/** What the system knows of a vendor: how its processes are called and told what to do. */

/** A key of an account, as a program gives it. */
export type FeedKey = string | Readonly<Record<string, string>>;

export interface Vendor {
  readonly name: string;
  readonly gatewayApp: string;
  readonly simulatorApp: string;
  /** Rings its gateway writes when its symbols are spread over so many. */
  rings(partitions: number): string[];
  /** What the demo shows when no symbols are asked for. */
  readonly demoSymbols: readonly string[];
  /** Variables of its gateway that others have not: an address, keys of an account. */
  readonly variables: readonly string[];
  /** Keys that point its gateway at a simulator, by what that said of itself. */
  simulatedEnvironment(
    simulator: Readonly<Record<string, unknown>> | undefined,
  ): Record<string, string>;
  /**
   * Keys of an account for its gateway.
   * @throws SystemError `USAGE` when the key has not the vendor's form.
   */
  keyEnvironment(key: FeedKey): Record<string, string>;
}
