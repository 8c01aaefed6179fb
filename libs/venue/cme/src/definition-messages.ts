import { AssetClass } from '@tickwire/core';
import {
  MDInstrumentDefinitionFX63Decoder,
  MDInstrumentDefinitionFixedIncome57Decoder,
  MDInstrumentDefinitionFuture27Decoder,
  MDInstrumentDefinitionFuture54Decoder,
  MDInstrumentDefinitionOption41Decoder,
  MDInstrumentDefinitionOption55Decoder,
  MDInstrumentDefinitionRepo58Decoder,
  MDInstrumentDefinitionSpread29Decoder,
  MDInstrumentDefinitionSpread56Decoder,
} from '@tickwire/wire-mdp3/messages';
import type { HeaderDecoder, MessageDecoder } from '@tickwire/wire-sbe';
import { readDefinition } from './definition.ts';
import type { DefinitionKind, DefinitionMessage } from './definition.ts';
import type { CmeInstrument } from './instrument.ts';
import { Defined } from './instruments.ts';
import type { Instruments } from './instruments.ts';
import { PRICE7_SCALE, PRICE9_SCALE } from './prices.ts';
import type { CmeTallies } from './tallies.ts';

/** Told when an instrument is new, has another entry or other books than before, or is gone. */
export type OnDefined = (instrument: CmeInstrument, result: Defined) => void;

/** What a loop of definitions counts. */
export interface ReadDefinition {
  readonly securityId: number;
  /** TotNumReports; null on the incremental feed. */
  readonly total: number | null;
}

interface Template extends DefinitionKind {
  readonly decoder: MessageDecoder & DefinitionMessage;
}

/** MDInstrumentDefinition of all kinds: directory entries, and the books that go with them. */
export class DefinitionMessages {
  readonly #instruments: Instruments;
  readonly #tallies: CmeTallies;
  readonly #onDefined: OnDefined;
  readonly #templates = templatesById();

  constructor(parts: { instruments: Instruments; tallies: CmeTallies; onDefined: OnDefined }) {
    this.#instruments = parts.instruments;
    this.#tallies = parts.tallies;
    this.#onDefined = parts.onDefined;
  }

  /**
   * @returns `undefined` when the message is no definition.
   * @throws SbeError when it is one, and not whole.
   */
  read(header: HeaderDecoder): ReadDefinition | undefined {
    const template = this.#templates.get(header.$templateId);
    if (template === undefined) return undefined;
    const message = template.decoder;
    message.wrapAfter(header);
    this.#define(message, template);
    return { securityId: message.securityID, total: message.totNumReports };
  }

  #define(message: DefinitionMessage, kind: DefinitionKind): void {
    const definition = readDefinition(message, kind);
    if (definition === undefined) {
      this.#tallies.definitions.add(1);
      this.#tallies.definitionsRefused.add(1);
      return;
    }
    const known = this.#instruments.find(definition.securityId);
    const result = this.#instruments.define(definition);
    if (result === Defined.Same || result === Defined.Refused) return;
    const instrument = known ?? this.#instruments.find(definition.securityId);
    if (instrument !== undefined) this.#onDefined(instrument, result);
  }
}

function templatesById(): Map<number, Template> {
  const { Future, Option, FixedIncome, Fx } = AssetClass;
  const old = (assetClass: AssetClass): DefinitionKind => ({ assetClass, scale: PRICE7_SCALE });
  const now = (assetClass: AssetClass): DefinitionKind => ({ assetClass, scale: PRICE9_SCALE });
  return new Map<number, Template>([
    [27, { decoder: new MDInstrumentDefinitionFuture27Decoder(), ...old(Future) }],
    [29, { decoder: new MDInstrumentDefinitionSpread29Decoder(), ...old(Future) }],
    [41, { decoder: new MDInstrumentDefinitionOption41Decoder(), ...old(Option) }],
    [54, { decoder: new MDInstrumentDefinitionFuture54Decoder(), ...now(Future) }],
    [55, { decoder: new MDInstrumentDefinitionOption55Decoder(), ...now(Option) }],
    [56, { decoder: new MDInstrumentDefinitionSpread56Decoder(), ...now(Future) }],
    [57, { decoder: new MDInstrumentDefinitionFixedIncome57Decoder(), ...now(FixedIncome) }],
    [58, { decoder: new MDInstrumentDefinitionRepo58Decoder(), ...now(FixedIncome) }],
    [63, { decoder: new MDInstrumentDefinitionFX63Decoder(), ...now(Fx) }],
  ]);
}
