/** The JSON forms of decoded messages, the same from generated decoders and from the table one. */

export type SbeJson =
  null | number | string | readonly SbeJson[] | { readonly [name: string]: SbeJson };

// A type and not an interface: it is an `SbeJson`, too, inside of an entry.
export type GroupJson = {
  readonly name: string;
  /** As the sender stated it. */
  readonly blockLength: number;
  readonly entries: readonly { readonly [name: string]: SbeJson }[];
};

export interface MessageJson {
  readonly templateId: number;
  readonly name: string;
  readonly schemaId: number;
  readonly version: number;
  readonly fields: { readonly [name: string]: SbeJson };
  readonly groups: readonly GroupJson[];
  /** Left out when the message has no variable data. */
  readonly data?: { readonly [name: string]: SbeJson };
}

/** A message whose template the schema does not have: what its header says. */
export interface UnknownMessageJson {
  readonly templateId: number;
  readonly name: null;
  readonly schemaId: number;
  readonly version: number;
  readonly blockLength: number;
}

const NOTHING: { readonly [name: string]: SbeJson } = {};

/** What the sender's version has; nothing of what came later. */
export function sentJson(
  isSent: boolean,
  json: { readonly [name: string]: SbeJson },
): { readonly [name: string]: SbeJson } {
  return isSent ? json : NOTHING;
}

/** The name of an enum's value; one that the schema does not know stays visible. */
export function enumJson(raw: number | null, name: string | null): SbeJson {
  if (raw === null) return null;
  return name ?? { raw };
}

/** Numbers that JSON has no form for are text. */
export function floatJson(value: number | null): number | string | null {
  if (value === null || Number.isFinite(value)) return value;
  return String(value);
}
