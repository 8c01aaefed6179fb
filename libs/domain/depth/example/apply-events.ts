import { DepthChannel, DepthCode, LevelUpdate, depthCodeName } from '../src/index.ts';

interface Entry {
  action: number;
  level: number;
  price: number;
  size: number;
  rptSeq: number;
  isBid: boolean;
  /** MatchEventIndicator of the message that the entry ends. */
  endsWith?: number;
}

/** Applies entries of one instrument of two levels, and says what a gateway would do. */
export function applyEvents(entries: readonly Entry[]): string[] {
  const channel = new DepthChannel();
  channel.add({ securityId: 310, levels: 2 });
  const update = new LevelUpdate(); // once
  const done: string[] = [];
  for (const { endsWith = 0, ...fields } of entries) {
    Object.assign(update, fields, { securityId: 310 });
    const code = channel.apply(update);
    if (code !== DepthCode.Applied) done.push(depthCodeName(code));
    const { changes } = channel;
    for (let at = 0; at < changes.count; at++) {
      const size = changes.sizeAt(at);
      done.push(size === 0 ? `gone ${changes.priceAt(at)}` : `${size} at ${changes.priceAt(at)}`);
    }
    const touched = channel.endEvent(endsWith);
    for (let at = 0; at < touched; at++) {
      const { isConsistent, condition } = channel.touched(at).depth;
      const { firstMissing, missing } = condition;
      done.push(isConsistent ? 'publish' : `suspect: ${missing} from ${firstMissing} missing`);
    }
  }
  return done;
}
