/**
 * KuCoin's authentication headers for REST (key version 2 and 3): signature = base64(HMAC-SHA256(
 * secret, timestamp + METHOD + path)), and the passphrase signed in the same way. The digest is a
 * parameter: this library knows no cryptography of its own.
 * @see https://www.kucoin.com/docs-new/authentication
 */
export interface KucoinKey {
  key: string;
  secret: string;
  passphrase: string;
  version?: string;
}

/** Authentication headers of a REST request, for endpoints that need a key. */
export type SignRequest = (request: {
  method: string;
  /** Path and query, as sent. */
  path: string;
  timestampMs: number;
}) => Readonly<Record<string, string>>;

/** HMAC-SHA256 of `text` under `secret`, in base64. */
export type HmacSha256Base64 = (secret: string, text: string) => string;

export function createRequestSigner(key: KucoinKey, hmac: HmacSha256Base64): SignRequest {
  const passphrase = hmac(key.secret, key.passphrase);
  return ({ method, path, timestampMs }) => ({
    'KC-API-KEY': key.key,
    'KC-API-SIGN': hmac(key.secret, `${timestampMs}${method}${path}`),
    'KC-API-TIMESTAMP': String(timestampMs),
    'KC-API-PASSPHRASE': passphrase,
    'KC-API-KEY-VERSION': key.version ?? '2',
  });
}
