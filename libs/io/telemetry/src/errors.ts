import { TickwireError } from '@tickwire/core';

/** Codes: `BAD_TRACES`: not an ExportTraceServiceRequest in JSON; the message names the field. */
export class TelemetryError extends TickwireError {}
