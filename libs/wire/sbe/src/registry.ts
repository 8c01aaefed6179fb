import type { HeaderDecoder, MessageDecoder } from './decoding.ts';
import type { MessageJson, UnknownMessageJson } from './json.ts';

/** A message of a schema, for whoever handles all of them alike. */
export interface MessageEntry {
  readonly templateId: number;
  readonly name: string;
  /** The first version of the schema that has it. */
  readonly since: number;
  /** Names of the schema, in its order. */
  readonly fields: readonly string[];
  readonly groups: readonly string[];
  readonly data: readonly string[];
  readonly create: () => MessageDecoder;
}

/** A header flyweight that can be moved. */
export interface MovableHeader extends HeaderDecoder {
  wrap(view: DataView, offset: number, end?: number): unknown;
}

/** All messages of a schema: finds the decoder of a message, and shows any message as JSON. */
export class MessageRegistry {
  readonly schemaId: number;
  readonly schemaVersion: number;
  readonly messages: readonly MessageEntry[];
  readonly #header: MovableHeader;
  readonly #entries = new Map<number, MessageEntry>();
  readonly #decoders = new Map<number, MessageDecoder>();

  constructor(options: {
    schemaId: number;
    schemaVersion: number;
    header: MovableHeader;
    messages: readonly MessageEntry[];
  }) {
    this.schemaId = options.schemaId;
    this.schemaVersion = options.schemaVersion;
    this.messages = options.messages;
    this.#header = options.header;
    for (const entry of options.messages) this.#entries.set(entry.templateId, entry);
  }

  entryOf(templateId: number): MessageEntry | undefined {
    return this.#entries.get(templateId);
  }

  /** The decoder of a template, made once; `undefined` when the schema does not have it. */
  decoderOf(templateId: number): MessageDecoder | undefined {
    const known = this.#decoders.get(templateId);
    if (known !== undefined) return known;
    const made = this.#entries.get(templateId)?.create();
    if (made !== undefined) this.#decoders.set(templateId, made);
    return made;
  }

  /**
   * Any message as JSON. One whose schema or template is not known shows its header alone: its
   * size is what the packet says, so the caller skips it.
   *
   * @param end - Where the message ends; the end of the view unless given.
   * @throws SbeError when the bytes are no whole message.
   */
  toJson(
    view: DataView,
    offset: number,
    end: number = view.byteLength,
  ): MessageJson | UnknownMessageJson {
    const header = this.#header;
    header.wrap(view, offset, end);
    const isOurs = header.$schemaId === this.schemaId;
    const decoder = isOurs ? this.decoderOf(header.$templateId) : undefined;
    if (decoder !== undefined) return decoder.wrapAfter(header).toJson();
    return {
      templateId: header.$templateId,
      name: null,
      schemaId: header.$schemaId,
      version: header.$version,
      blockLength: header.$blockLength,
    };
  }
}
