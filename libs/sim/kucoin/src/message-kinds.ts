import { TOPIC_KIND_NAMES } from './topics.ts';

/** Kinds of message beyond the topics' own. */
export const CONTROL_KINDS = ['welcome', 'ack', 'pong', 'error', 'garbage'] as const;
export type ControlKind = (typeof CONTROL_KINDS)[number];

/** Names of all kinds; a kind is an index into it. */
export const MESSAGE_KINDS: readonly string[] = [...TOPIC_KIND_NAMES, ...CONTROL_KINDS];

/** Index of a control kind in MESSAGE_KINDS. */
export function controlKind(kind: ControlKind): number {
  return TOPIC_KIND_NAMES.length + CONTROL_KINDS.indexOf(kind);
}
