// What the page knows, all of it from the api: nothing here is made up, and each value keeps the
// moment it was heard.

const RATES_KEPT = 90;
const BARS_KEPT = 14;

export class SystemState {
  constructor() {
    this.connection = 'connecting';
    this.heardAtMs = null;
    this.losses = 0;
    this.holes = 0;
    /** By ring and symbol. */
    this.markets = new Map();
    this.bars = [];
    this.gaps = { total: 0, gaps: [] };
    this.status = null;
    this.rates = [];
  }

  /** A message of the stream. */
  take(message) {
    this.heardAtMs = Date.now();
    this.holes += message.hole ?? 0;
    if (message.type === 'lost') this.losses += message.count;
    else if (message.type === 'services') this.takeStatus(message.data.at(-1));
    else if (message.type === 'bars') this.takeBars(message.data);
    else if (message.type === 'ticks') message.data.forEach((tick) => this.takeTick(tick));
    else if (message.type === 'streams') message.data.forEach((tick) => this.takeStream(tick));
  }

  /** The answer of /api/v1/markets: where the stream goes on from. */
  takeMarkets(markets) {
    for (const market of markets) {
      const known = this.markets.get(keyOf(market));
      if (known === undefined || known.ringId !== market.ringId) {
        this.markets.set(keyOf(market), { ...market, move: '' });
        continue;
      }
      for (const part of ['quote', 'trade']) known[part] = newer(known[part], market[part]);
      if (known.heard !== true) Object.assign(known, stateOf(market));
    }
  }

  takeTick(tick) {
    const market = this.marketOf(tick);
    const part = tick.kind === 'QUOTE' ? 'quote' : 'trade';
    if (part === 'trade') {
      const difference = Number(tick.price) - Number(market.trade?.price ?? tick.price);
      if (difference !== 0) market.move = difference > 0 ? 'up' : 'down';
    }
    market[part] = tick;
    market.simulated = tick.flags.includes('SIMULATED');
    market.replayed = tick.flags.includes('REPLAYED');
  }

  takeStream(tick) {
    const change = { state: tick.state, sinceTs: tick.tsRecv, reason: tick.reason, heard: true };
    if (tick.instrument !== 'all') {
      Object.assign(this.marketOf(tick), change);
      return;
    }
    for (const market of this.markets.values()) {
      if (market.ring === tick.ring) Object.assign(market, change);
    }
  }

  takeBars(bars) {
    const keyOfBar = (bar) => `${bar.symbol} ${bar.intervalMs} ${bar.startNs}`;
    for (const bar of bars) {
      this.bars = this.bars.filter((other) => keyOfBar(other) !== keyOfBar(bar));
      this.bars.unshift(bar);
    }
    this.bars.length = Math.min(this.bars.length, BARS_KEPT);
  }

  takeStatus(status) {
    this.status = status;
    const ticks = status.rings
      .filter((ring) => ring.vendor !== 'tickwire')
      .reduce((sum, ring) => sum + (ring.ticksPerSecond ?? 0), 0);
    this.rates.push(ticks);
    if (this.rates.length > RATES_KEPT) this.rates.shift();
  }

  marketOf(tick) {
    const key = keyOf(tick);
    const known = this.markets.get(key);
    if (known !== undefined && known.ringId === tick.ringId) return known;
    const { ring, ringId, vendor, venue, symbol } = tick;
    const unknown = { state: 'unknown', sinceTs: null, reason: null };
    const made = { ring, ringId, vendor, venue, symbol, ...unknown, move: '' };
    this.markets.set(key, made);
    return made;
  }
}

const keyOf = ({ ring, symbol }) => `${symbol} ${ring}`;

const stateOf = ({ state, sinceTs, reason }) => ({ state, sinceTs, reason });

const newer = (a, b) => ((b?.position ?? -1) > (a?.position ?? -1) ? b : a);
