/**
 * Runs a plan of services: start by stages, restart after a crash, drain by stages.
 *
 *   waiting ─▶ starting ─▶ running ─▶ stopping ─▶ exited
 *                 ▲           │ crash
 *                 ├ restarting ◀┘ ─ again and again ─▶ failed
 *                 └──────────── once a minute ───────────┘
 *
 * One service's crash touches no other. During the first start a failure is the caller's to
 * report; after it, restarts go on for as long as the system runs.
 */
import type { Random } from '@tickwire/core';
import { SystemError } from '../errors.ts';
import { RESTART_LIMITS, RestartPolicy } from './restart-policy.ts';
import type { RestartLimits } from './restart-policy.ts';
import { SilenceWatch } from './silence-watch.ts';
import { requireStarted } from './start-failures.ts';
import { ServiceProcess, exitSentence } from './service-process.ts';
import type { HealthState } from './service-process.ts';
import type {
  ProcessExit,
  ReadyInfo,
  RestartRecord,
  ServiceSpec,
  ServiceState,
} from './service-spec.ts';

export interface SupervisorOptions {
  readonly plan: readonly ServiceSpec[];
  logPath(service: string): string;
  readonly random: Random;
  readonly restartLimits?: RestartLimits;
  /** A service that does not answer for so long is killed, and so started again. Default: never. */
  readonly silentMsMax?: number;
  /** One line for the person: a restart, a kill, a give-up. */
  onNote(line: string): void;
  /** Something about a service changed: state, pid, readiness. */
  onChange(): void;
  /** Runs after a process has ended and before another one takes its place. */
  onProcessEnd(service: string, info: Readonly<Record<string, unknown>> | undefined): void;
}

/** A service as it is now. */
export interface ServiceView {
  readonly service: string;
  readonly role: ServiceSpec['role'];
  readonly state: ServiceState;
  readonly pid: number;
  readonly startTicks: number;
  readonly restarts: number;
  /** ms since it last showed that its event loop runs; 0 while it answers in time. */
  readonly silentMs: number;
  /** How often it stood still and went on, and the longest of them in ms. */
  readonly stalls: number;
  readonly stallMsMax: number;
  /** Why it is not running, or why it is not healthy; empty when all is well. */
  readonly reason: string;
}

/** A service whose event loop stands still does not answer these. */
const PING_MS = 1_000;

interface Member {
  readonly spec: ServiceSpec;
  readonly policy: RestartPolicy;
  state: ServiceState;
  process: ServiceProcess | undefined;
  restarts: number;
  reason: string;
  timer: NodeJS.Timeout | undefined;
  /** It ended while others were still being started. */
  earlyExit: ProcessExit | undefined;
  /** Monotonic ms at which its process became ready; `undefined` before. */
  readyAtMs: number | undefined;
  isFailing: boolean;
  readonly watch: SilenceWatch;
}

export class Supervisor {
  readonly restarts: RestartRecord[] = [];
  readonly #options: SupervisorOptions;
  readonly #members: Member[];
  /** Members that `add` still waits for. */
  readonly #joining = new Set<Member>();
  readonly #stopProblems: string[] = [];
  readonly #ready = new Map<string, Readonly<Record<string, unknown>>>();
  #isStarting = true;
  #isStopping = false;
  #pinging: NodeJS.Timeout | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#members = options.plan.map((spec) => this.#member(spec));
  }

  get ready(): ReadyInfo {
    return this.#ready;
  }

  services(): ServiceView[] {
    return this.#members.map((member) => {
      const health = member.process?.health;
      const silentMs = member.state === 'running' ? (member.process?.silentMs ?? 0) : 0;
      const unwell = member.state === 'running' ? unwellReason(health, silentMs) : '';
      return {
        service: member.spec.service,
        role: member.spec.role,
        state: member.state,
        pid: member.process?.pid ?? 0,
        startTicks: member.process?.startTicks ?? 0,
        restarts: member.restarts,
        ...{ silentMs, stalls: member.watch.stalls, stallMsMax: member.watch.stallMsMax },
        reason: member.reason === '' ? unwell : member.reason,
      };
    });
  }

  /**
   * Starts every service, stage by stage.
   * @throws SystemError `START_FAILED` with the service's own reason; the caller then calls `stop`.
   */
  async start(signal: AbortSignal): Promise<void> {
    for (const stage of stagesOf(this.#members, (member) => member.spec.startStage)) {
      if (signal.aborted) return;
      const started = await Promise.allSettled(
        stage.map((member) => this.#startFirst(member, signal)),
      );
      requireStarted(started);
    }
    this.#isStarting = false;
    this.#pinging = setInterval(() => this.#ping(), PING_MS);
    this.#pinging.unref();
    // A service that ended between its ready and now has had nobody to restart it.
    for (const member of this.#members) {
      if (member.earlyExit !== undefined) this.#scheduleRestart(member, member.earlyExit);
    }
  }

  /**
   * Starts one more service of a running system.
   * @throws SystemError `START_FAILED`: it is not part of the system then.
   */
  async add(spec: ServiceSpec): Promise<void> {
    if (this.#isStopping) {
      throw new SystemError('START_FAILED', `${spec.service}: the system is stopping`);
    }
    const member = this.#member(spec);
    this.#members.push(member);
    this.#joining.add(member);
    try {
      await this.#startFirst(member, new AbortController().signal);
    } catch (error) {
      this.#members.splice(this.#members.indexOf(member), 1);
      member.process?.kill();
      await member.process?.exited;
      throw error;
    } finally {
      this.#joining.delete(member);
    }
    if (member.earlyExit !== undefined) this.#scheduleRestart(member, member.earlyExit);
  }

  /** Ends one service, which is no part of the system from then on. */
  async remove(service: string): Promise<void> {
    const member = this.#members.find(({ spec }) => spec.service === service);
    if (member === undefined) return;
    clearTimeout(member.timer);
    this.#joining.add(member); // whose end is nobody's crash
    await this.#stopOne(member);
    this.#joining.delete(member);
    const at = this.#members.indexOf(member);
    if (at >= 0) this.#members.splice(at, 1);
  }

  /** Drains stage by stage. Every service gets its deadline; whoever misses it is killed. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#pinging);
    for (const member of this.#members) clearTimeout(member.timer);
    for (const stage of stagesOf(this.#members, (member) => member.spec.drainStage)) {
      await Promise.all(stage.map((member) => this.#stopOne(member)));
    }
  }

  /** What went wrong and was not put right: drains that failed, services that stayed down. */
  problems(): string[] {
    const down = this.#members
      .filter((member) => member.isFailing)
      .map((member) => `${member.spec.service} stayed down (${member.reason})`);
    return [...down, ...this.#stopProblems];
  }

  /** Resolves when every process has ended, or at the deadline. */
  async ended(options: { deadlineMs: number }): Promise<void> {
    const all = Promise.all(this.#members.flatMap((member) => member.process?.exited ?? []));
    const deadline = Promise.withResolvers<void>();
    const timer = setTimeout(() => deadline.resolve(), options.deadlineMs);
    await Promise.race([all, deadline.promise]);
    clearTimeout(timer);
  }

  /** Ends everything at once. */
  kill(): void {
    this.#isStopping = true;
    clearInterval(this.#pinging);
    for (const member of this.#members) {
      clearTimeout(member.timer);
      member.process?.kill();
    }
  }

  #member(spec: ServiceSpec): Member {
    const { random, restartLimits, silentMsMax, onNote, onChange } = this.#options;
    return {
      spec,
      policy: new RestartPolicy(random, restartLimits ?? RESTART_LIMITS),
      state: 'waiting',
      process: undefined,
      restarts: 0,
      reason: '',
      timer: undefined,
      earlyExit: undefined,
      readyAtMs: undefined,
      isFailing: false,
      watch: new SilenceWatch({
        ...{ service: spec.service, silentMsMax },
        onNote: (line) => onNote(line),
        onChange: () => onChange(),
      }),
    };
  }

  async #startFirst(member: Member, signal: AbortSignal): Promise<void> {
    const running = this.#spawn(member);
    const { spec } = member;
    const deadline = Promise.withResolvers<'deadline'>();
    const timer = setTimeout(() => deadline.resolve('deadline'), spec.readyDeadlineMs);
    const aborted = Promise.withResolvers<'aborted'>();
    const onAbort = (): void => aborted.resolve('aborted');
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    try {
      const outcome = await Promise.race([
        running.ready.then(() => 'ready' as const),
        running.exited,
        deadline.promise,
        aborted.promise,
      ]);
      if (outcome === 'ready' || outcome === 'aborted') return;
      const why =
        outcome === 'deadline'
          ? `did not become ready within ${spec.readyDeadlineMs / 1000} s`
          : `could not start (${exitSentence(outcome)})`;
      throw new SystemError('START_FAILED', `${spec.service} ${why}`, {
        hint: `Its log is ${this.#options.logPath(spec.service)}`,
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  #spawn(member: Member): ServiceProcess {
    const { spec } = member;
    const running = new ServiceProcess({
      entry: spec.entry,
      environment: spec.environment(this.#ready),
      logPath: this.#options.logPath(spec.service),
      onStall: (stallMs) => member.watch.over(stallMs),
      onHealth: () => this.#options.onChange(),
    });
    member.process = running;
    member.readyAtMs = undefined;
    member.watch.renew();
    this.#setState(member, 'starting', member.isFailing ? member.reason : '');
    void running.ready.then((info) => {
      this.#ready.set(spec.service, info);
      if (member.process === running && member.state === 'starting') {
        member.readyAtMs = performance.now();
        member.isFailing = false;
        this.#setState(member, 'running', '');
      }
    });
    void running.exited.then((exit) => {
      this.#options.onProcessEnd(spec.service, this.#ready.get(spec.service));
      if (this.#isStopping) this.#exitInDrain(member, exit);
      else if (!this.#isStarting && !this.#joining.has(member)) this.#scheduleRestart(member, exit);
      else {
        member.earlyExit = exit;
        this.#setState(member, 'failed', exitSentence(exit));
      }
    });
    return running;
  }

  #scheduleRestart(member: Member, exit: ProcessExit): void {
    const { service } = member.spec;
    const reason = exitSentence(exit);
    const readyForMs = member.readyAtMs === undefined ? 0 : performance.now() - member.readyAtMs;
    const { delayMs, row, isOpen } = member.policy.decide(readyForMs);
    const { code: exitCode, signal } = exit;
    this.restarts.push({ service, atMs: Date.now(), reason, exitCode, signal, delayMs });
    member.restarts++;
    if (!isOpen) {
      this.#options.onNote(`${service} ended (${reason}); it starts again in ${delayMs} ms.`);
    } else if (!member.isFailing) {
      this.#options.onNote(
        `${service} ended ${row} times in a row (${reason}): it is tried once a minute now, the ` +
          `others go on. Its log is ${this.#options.logPath(service)}.`,
      );
    }
    member.isFailing = isOpen;
    this.#setState(member, isOpen ? 'failed' : 'restarting', reason);
    member.timer = setTimeout(() => this.#restart(member), delayMs);
  }

  /** Asks every running service whether its event loop still turns. */
  #ping(): void {
    for (const member of this.#members) {
      if (member.state !== 'running' || member.process === undefined) continue;
      member.process.ping();
      member.watch.look(member.process);
    }
  }

  /** Not asked to end yet: whatever still waited for it in the drain is not done. */
  #exitInDrain(member: Member, exit: ProcessExit): void {
    if (member.state === 'running') {
      const how = exitSentence(exit);
      this.#stopProblems.push(`${member.spec.service} ended while others were drained (${how})`);
    }
    this.#setState(member, 'exited', member.state === 'running' ? exitSentence(exit) : '');
  }

  #restart(member: Member): void {
    const running = this.#spawn(member);
    // A process that neither becomes ready nor ends is as bad as one that ends.
    const timer = setTimeout(() => running.kill(), member.spec.readyDeadlineMs);
    void Promise.race([running.ready, running.exited]).then(() => clearTimeout(timer));
  }

  async #stopOne(member: Member): Promise<void> {
    const { process: running, spec } = member;
    if (running === undefined || running.hasExited) {
      if (member.state === 'restarting') {
        this.#stopProblems.push(`${spec.service} was down at the end (${member.reason})`);
      }
      if (member.state !== 'waiting') this.#setState(member, 'exited', member.reason);
      return;
    }
    this.#setState(member, 'stopping', '');
    running.terminate();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      running.kill();
    }, spec.stopDeadlineMs);
    const exit = await running.exited;
    clearTimeout(timer);
    // Asked while it was still loading: no handler was there yet, and nothing had begun.
    const wasLoading = !running.isReady && exit.signal === 'SIGTERM';
    if (isLate) {
      const seconds = spec.stopDeadlineMs / 1000;
      this.#stopProblems.push(`${spec.service} did not stop within ${seconds} s and was killed`);
    } else if (exit.code !== 0 && !wasLoading) {
      this.#stopProblems.push(`${spec.service} did not stop cleanly (${exitSentence(exit)})`);
    }
    running.release();
  }

  #setState(member: Member, state: ServiceState, reason: string): void {
    member.state = state;
    member.reason = reason;
    this.#options.onChange();
  }
}

/** What is wrong with a service that runs; empty when nothing is. */
function unwellReason(health: HealthState | undefined, silentMs: number): string {
  if (silentMs > 0) return `has not answered for ${(silentMs / 1000).toFixed(1)} s`;
  return health?.ok === false ? health.reason : '';
}

function stagesOf(members: readonly Member[], stageOf: (member: Member) => number): Member[][] {
  const byStage = Map.groupBy(members, stageOf);
  return [...byStage.keys()].sort((a, b) => a - b).map((stage) => byStage.get(stage) ?? []);
}
