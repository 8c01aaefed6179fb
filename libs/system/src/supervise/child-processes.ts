import { signalProcess } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

export interface ChildProcessIdentity extends ProcessIdentity {
  /** `nats-server` */
  readonly name: string;
}

/**
 * Processes that a service runs itself, by what it says of itself: `children: [{ name,
 * pid, startTicks }]`. They must not outlive it.
 */
export function childrenOf(
  info: Readonly<Record<string, unknown>> | undefined,
): ChildProcessIdentity[] {
  const children = Array.isArray(info?.children) ? (info.children as unknown[]) : [];
  return children.flatMap((child) => {
    if (typeof child !== 'object' || child === null) return [];
    const { name, pid, startTicks } = child as Partial<Record<keyof ChildProcessIdentity, unknown>>;
    if (typeof pid !== 'number' || typeof startTicks !== 'number') return [];
    return [{ name: typeof name === 'string' ? name : `process ${pid}`, pid, startTicks }];
  });
}

/** Ends what a dead service has left running. */
export function endChildren(info: Readonly<Record<string, unknown>> | undefined): void {
  for (const child of childrenOf(info)) signalProcess(child, 'SIGKILL');
}
