export { ConfigError, ServiceError } from './errors.ts';
export {
  environmentFlag,
  environmentKey,
  environmentList,
  environmentNumber,
  environmentPaths,
  loadConfig,
  serviceConfig,
} from './config.ts';
export type { ServiceConfig } from './config.ts';
export { raiseInliningBudget } from './inlining-budget.ts';
export { createLog } from './log.ts';
export type { Log } from './log.ts';
export {
  findServices,
  lockPath,
  processStartTicks,
  readServiceRecords,
  recordPath,
  removeServiceRecord,
  takeServiceLock,
} from './service-files.ts';
export type { FoundService, HeldLock, ServiceRecord } from './service-files.ts';
export { openStats, readStats, statsPath } from './stats-file.ts';
export { startOnFreePort } from './free-port.ts';
export { openGapFile } from './gap-file.ts';
export { hostTimers } from './host-timers.ts';
export { runService } from './run-service.ts';
export type {
  RunningService,
  ServiceContext,
  ServiceMessage,
  ServiceOptions,
} from './run-service.ts';
export { silentTracer } from './operations.ts';
export type {
  Operations,
  OperationsOptions,
  ServiceHealth,
  ServicePhase,
  SpanAttributes,
  StartOperations,
  TickSpan,
  TickTracer,
} from './operations.ts';
export {
  ConnectionLog,
  connectionKey,
  openConnections,
  parseConnectionRecord,
  readConnectionRecords,
} from './connection-log.ts';
export type { ConnectionLogOptions, ConnectionRecord, LoggedConnection } from './connection-log.ts';
