/** What a service said of itself when it became ready, by service name. */
export type ReadyInfo = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** The part a service plays; start and drain go by it. */
export type ServiceRole = 'bus' | 'simulator' | 'consumer' | 'gateway';

/** One service as the supervisor runs it: a plain description, made by a plan. */
export interface ServiceSpec {
  /** Instance name: of its lock, log, counters and record. */
  readonly service: string;
  readonly role: ServiceRole;
  /** Program to run with Node. */
  readonly entry: string;
  /** Services of a lower stage are ready before this one starts. */
  readonly startStage: number;
  /** Services of a lower stage have ended before this one is asked to. */
  readonly drainStage: number;
  readonly readyDeadlineMs: number;
  /** After it SIGKILL: longer than the service's own deadline, which reports more. */
  readonly stopDeadlineMs: number;
  /** Its configuration, which may need what earlier services said: a URL, a port. */
  environment(ready: ReadyInfo): Readonly<Record<string, string>>;
}

export type ServiceState =
  'waiting' | 'starting' | 'running' | 'restarting' | 'stopping' | 'exited' | 'failed';

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it said last of its own failure, in one sentence. */
  readonly reason: string | undefined;
}

/** One restart, as the report lists it. */
export interface RestartRecord {
  readonly service: string;
  readonly atMs: number;
  readonly reason: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly delayMs: number;
}
