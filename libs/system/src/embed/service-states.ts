import type { ServiceView } from '../supervise/supervisor.ts';
import type { ServiceEvent } from './embed-events.ts';

/** Tells of the services whose state, process or reason is another than before. */
export class ServiceStates {
  readonly #tell: (event: ServiceEvent) => void;
  readonly #known = new Map<string, string>();

  constructor(tell: (event: ServiceEvent) => void) {
    this.#tell = tell;
  }

  look(services: readonly ServiceView[]): void {
    for (const view of services) {
      const now = `${view.state} ${view.pid} ${view.reason}`;
      if (this.#known.get(view.service) === now) continue;
      this.#known.set(view.service, now);
      this.#tell(serviceEvent(view));
    }
  }
}

export function serviceEvent(view: ServiceView): ServiceEvent {
  const { service, role, state, reason, restarts, pid } = view;
  return { service, role, state, reason, restarts, pid };
}
