const LENGTH_MAX = 60;

/**
 * A value as messages and tables show it. Addresses may carry a password or a token: all that
 * stands before their last `@` is left out, also in addresses that are not valid.
 */
export function shownValue(value: unknown): string {
  const text = withoutSecrets(JSON.stringify(value) ?? String(value));
  return text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX)}…` : text;
}

/** The value itself, for machines. */
export function maskedValue(value: unknown): unknown {
  return typeof value === 'string' ? withoutSecrets(value) : value;
}

const withoutSecrets = (text: string): string => text.replace(/:\/\/.*@/gs, '://…@');
