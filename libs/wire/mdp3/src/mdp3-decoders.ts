import type { MessageDecoder } from '@tickwire/wire-sbe';
import { MESSAGES, SCHEMA_ID, SCHEMA_VERSION } from './generated/registry.ts';
import type { Mdp3Packet } from './mdp3-packet.ts';

/**
 * A decoder for each template of the schema. A message of a template that is newer
 * than what is known is passed over by its MsgSize and counted; the rest of its packet is kept.
 */
export class Mdp3Decoders {
  /** Templates that came after this version of the schema are unknown. */
  readonly versionMax: number;
  /** Messages that had a decoder. */
  messages = 0;
  /** Messages of the schema, of a template that is unknown. */
  unknownTemplates = 0;
  /** Messages of another schema: those of session management, on the conflated TCP feed. */
  unknownSchemas = 0;
  readonly #decoders: (MessageDecoder | undefined)[] = [];

  /** @param options.versionMax - The newest known version: 13 unless given. */
  constructor(options: { readonly versionMax?: number } = {}) {
    this.versionMax = options.versionMax ?? SCHEMA_VERSION;
    const idMax = Math.max(...MESSAGES.map(({ templateId }) => templateId));
    for (let id = 0; id <= idMax; id += 1) this.#decoders.push(undefined);
    for (const { templateId, since, create } of MESSAGES) {
      if (since <= this.versionMax) this.#decoders[templateId] = create();
    }
  }

  /**
   * The decoder of the message that the packet stands on, moved to it; undefined when it is
   * unknown, and counted.
   *
   * @throws SbeError when the message is no whole one of its template.
   */
  decode(packet: Mdp3Packet): MessageDecoder | undefined {
    const { header } = packet;
    if (header.$schemaId !== SCHEMA_ID) {
      this.unknownSchemas += 1;
      return undefined;
    }
    const decoder = this.#decoders[header.$templateId];
    if (decoder === undefined) {
      this.unknownTemplates += 1;
      return undefined;
    }
    this.messages += 1;
    return decoder.wrapAfter(header);
  }
}
