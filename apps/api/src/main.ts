// Composition root of the api: rings, bus and store in; HTTP and WebSocket out. Nobody waits for
// it: it is one more reader of the rings, and a sink of the bus.
import { apiConfig } from './config.ts';
import { runService } from '@tickwire/io-service';
import { startOperations } from '@tickwire/io-telemetry';
import { startApi } from './start-api.ts';

await runService({ schema: apiConfig, operations: startOperations, start: startApi });
