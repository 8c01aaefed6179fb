export { SystemError } from './errors.ts';
export type { SystemErrorCode } from './errors.ts';
export { appEntry } from './app-entry.ts';
export { parseConfigFile, readConfigFile } from './config/config-file.ts';
export type { ConfigFile } from './config/config-file.ts';
export { CONFIG_KEYS, findConfigKey, variableOf } from './config/config-keys.ts';
export type { ConfigKey } from './config/config-keys.ts';
export type { ConfigValue, ResolvedConfig } from './config/config-values.ts';
export { schemaDomain } from './config/key-domain.ts';
export type { JsonSchema } from './config/key-domain.ts';
export { configJsonSchema, configTable } from './config/reference.ts';
export { SERVICE_VARIABLES } from './config/service-variables.ts';
export { maskedValue, shownValue } from './config/shown-value.ts';
export {
  configPathOf,
  loadUpOptions,
  requireNoProblems,
  resolveUpConfig,
  resolveUpOptions,
} from './config/up-options.ts';
export type { UpFlags, UpOptions } from './config/up-options.ts';
export { countMinutes, wholeMinutes } from './availability/availability.ts';
export type { MinuteCounts, RingHistory, StreamHistory } from './availability/availability.ts';
export { isWholeState, streamVerdicts } from './availability/stream-verdicts.ts';
export type { StreamStatement, WideStatement } from './availability/stream-verdicts.ts';
export { uniteSpans, withoutSpans } from './availability/time-spans.ts';
export type { TimeSpan } from './availability/time-spans.ts';
export { FollowedBooks } from './follow/followed-books.ts';
export type { FollowedBooksOptions, FollowedBooksStatus } from './follow/followed-books.ts';
export { DATA_DIR_DEFAULT, findFolders, makeFolders } from './folders.ts';
export type { Folders } from './folders.ts';
export { OrderedRings } from './partitions/ordered-rings.ts';
export type { OrderedRingsOptions, OrderedTicks } from './partitions/ordered-rings.ts';
export { neededBytes, requireMemory } from './plan/memory-check.ts';
export { findNatsBinary } from './plan/nats-binary.ts';
export { BROKER, planServices } from './plan/plan.ts';
export { PRESET_NAMES, presetValues } from './plan/presets.ts';
export { movedPortNotes, pageAddress } from './plan/service-info.ts';
export { findVendor, gatewayName, simulatorName, vendorNames } from './plan/vendors.ts';
export { counterTables, latencyByStage, readAccounting, sumCounter } from './report/accounting.ts';
export type { Accounting } from './report/accounting.ts';
export { ledgerRecords, markLedger, readLedger } from './report/gap-ledger.ts';
export type { LedgerEntry } from './report/gap-ledger.ts';
export { brokenLinkSentence, brokenLinks } from './report/hop-links.ts';
export { droppedOf, expectedHopNames, hopRows, imbalanceSentence } from './report/hop-rows.ts';
export type { Count, HopRow } from './report/hop-rows.ts';
export { assembleReport, writeReport } from './report/report.ts';
export type { RunReport } from './report/report.ts';
export type { BarView } from './status/bar-board.ts';
export { requireRunningSystem } from './status/running-system.ts';
export type { RunningSystem } from './status/running-system.ts';
export { StatusSource } from './status/system-status.ts';
export type { RingStatus, ServiceStatus, SystemStatus } from './status/system-status.ts';
export { childrenOf, endChildren } from './supervise/child-processes.ts';
export type { ChildProcessIdentity } from './supervise/child-processes.ts';
export { takeDataDir, takeRingDir } from './supervise/data-dir.ts';
export { clearRingDir, clearRunDir } from './supervise/leftovers.ts';
export { processesWithOpen } from './supervise/lock-holders.ts';
export { findOrphans, isSupervised } from './supervise/orphans.ts';
export type { Orphan } from './supervise/orphans.ts';
export { isAlive, signalProcess } from './supervise/process-identity.ts';
export type { ProcessIdentity } from './supervise/process-identity.ts';
export { ResourceUse, sampleProcess } from './supervise/resource-use.ts';
export { ServiceProcess, exitSentence } from './supervise/service-process.ts';
export {
  SUPERVISOR,
  readSupervisorRecord,
  writeSupervisorRecord,
} from './supervise/supervisor-record.ts';
export type { RecordedService, SupervisorRecord } from './supervise/supervisor-record.ts';
export { Supervisor } from './supervise/supervisor.ts';
export { readReport } from './report/read-report.ts';
export type { AuditedReport } from './report/read-report.ts';
export { WireAudit } from './report/wire-audit.ts';
export type { WireAuditOptions, WireGap } from './report/wire-audit.ts';
export { RESTART_LIMITS } from './supervise/restart-policy.ts';
export type { RestartLimits } from './supervise/restart-policy.ts';
export { SupervisorCells } from './supervise/supervisor-cells.ts';
export {
  operationsUrl,
  targetsPath,
  writePrometheusTargets,
} from './supervise/prometheus-targets.ts';
export { startSystem } from './embed/start-system.ts';
export type { EmbeddedSystem } from './embed/embedded-system.ts';
export type {
  BarEvent,
  GapEvent,
  ServiceEvent,
  StreamEvent,
  TickBatchEvent,
  TickEvent,
} from './embed/embed-events.ts';
export type {
  AggregationOptions,
  StartSystemOptions,
  SystemFeed,
  SystemHandlers,
} from './embed/embed-options.ts';
export type { RingCounts, SystemStats } from './embed/system-stats.ts';
