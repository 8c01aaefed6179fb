// Prints every tick of a running Tickwire: `npx node docs/examples/attach.ts`, beside `npm start`.
import { defaultRingDir, waitForRing } from '@tickwire/io-rings';
import { TickView, describeTick } from '@tickwire/wire-tick';

const dir = process.env.TICKWIRE_RING_DIR ?? defaultRingDir('.tickwire');
const ring = await waitForRing({ dir, name: 'kucoin.0', timeoutMs: 30_000 });
const tick = new TickView();
for await (const run of ring.runs({ untilClosed: true })) {
  if (run.gap !== undefined) console.error(`missed ${run.gap.count} ticks`);
  for (let at = 0; at < run.count * 64; at += 64)
    console.log(describeTick(tick.wrap(run.view, at), run.directory.get(tick.instrument)));
}
