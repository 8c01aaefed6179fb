// The connection to the stream: opened again for ever, with growing and random pauses, and watched:
// a socket that stays open and says nothing is no connection.

const SILENT_AFTER_MS = 2_000;
const PAUSE_MS_MIN = 250;
const PAUSE_MS_MAX = 5_000;

export class Stream {
  /**
   * @param {{
   *   subscriptions: object[],
   *   onData: (message: object) => void,
   *   onState: (state: 'connecting' | 'live' | 'silent' | 'lost' | 'refused') => void,
   *   look: () => Promise<'open' | 'refused' | 'unreachable'>,
   * }} options
   */
  constructor(options) {
    this.options = options;
    this.failures = 0;
    this.socket = null;
    this.seq = 0;
    this.heardAt = 0;
    this.state = '';
    setInterval(() => this.watch(), 250);
  }

  open() {
    this.setState(this.failures === 0 ? 'connecting' : 'lost');
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/api/v1/stream`);
    this.socket = socket;
    this.seq = 0;
    this.heardAt = performance.now();
    socket.onopen = () => {
      for (const one of this.options.subscriptions) {
        socket.send(JSON.stringify({ type: 'subscribe', ...one }));
      }
    };
    socket.onmessage = (event) => this.take(socket, JSON.parse(event.data));
    socket.onclose = () => this.onClose(socket);
  }

  take(socket, message) {
    if (socket !== this.socket) return;
    this.heardAt = performance.now();
    this.failures = 0;
    this.setState('live');
    const first = message.fromSeq ?? message.seq;
    // Messages that were dropped on the way say so themselves; a hole without words is a fault.
    const hole = first - this.seq - 1;
    this.seq = message.seq;
    this.options.onData(hole > 0 ? { ...message, hole } : message);
  }

  async onClose(socket) {
    if (socket !== this.socket) return;
    this.socket = null;
    this.setState('lost');
    if ((await this.options.look()) === 'refused') {
      this.setState('refused');
      return;
    }
    this.failures += 1;
    const most = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** Math.min(this.failures, 6));
    const pause = PAUSE_MS_MIN + Math.random() * (most - PAUSE_MS_MIN);
    setTimeout(() => this.socket ?? this.open(), pause);
  }

  /** The status of the services comes every second: silence means that the api does not work. */
  watch() {
    const silentMs = performance.now() - this.heardAt;
    if (this.socket === null || silentMs < SILENT_AFTER_MS) return;
    if (this.state === 'live') this.setState('silent');
    if (silentMs > SILENT_AFTER_MS * 3) {
      const stuck = this.socket;
      stuck.close();
      this.onClose(stuck);
    }
  }

  setState(state) {
    if (state === this.state) return;
    this.state = state;
    this.options.onState(state);
  }
}
