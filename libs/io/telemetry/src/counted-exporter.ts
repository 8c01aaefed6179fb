import type { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { SpanAccount } from './span-account.ts';

type Spans = Parameters<OTLPTraceExporter['export']>[0];
type Done = Parameters<OTLPTraceExporter['export']>[1];

/** `ExportResultCode.SUCCESS` of @opentelemetry/core. */
const SUCCESS = 0;

/** An exporter whose successes and failures are counted, and whose outages are told once each. */
export class CountedExporter {
  readonly #exporter: OTLPTraceExporter;
  readonly #account: SpanAccount;
  readonly #onOutage: (message: string) => void;
  #isOut = false;

  constructor(
    exporter: OTLPTraceExporter,
    account: SpanAccount,
    onOutage: (message: string) => void,
  ) {
    this.#exporter = exporter;
    this.#account = account;
    this.#onOutage = onOutage;
  }

  export(spans: Spans, done: Done): void {
    this.#exporter.export(spans, (result) => {
      if (result.code === SUCCESS) this.#account.sent(spans.length);
      else this.#account.refused(spans.length);
      const isOut = result.code !== SUCCESS;
      if (isOut && !this.#isOut) this.#onOutage(result.error?.message ?? 'it gave no reason');
      this.#isOut = isOut;
      done(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}
