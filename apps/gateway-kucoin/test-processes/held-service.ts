// A service whose start and stop wait for a word of the test: `go` lets it on.
import { runService, serviceConfig } from '@tickwire/io-service';
import { startOperations } from '@tickwire/io-telemetry';

const words: (() => void)[] = [];
process.on('message', (word) => {
  if (word === 'go') words.shift()?.();
});
const aWord = (): Promise<void> => new Promise((resolve) => words.push(resolve));

await runService({
  schema: serviceConfig,
  operations: startOperations,
  async start(_config, { stats, setHealth }) {
    await aWord();
    stats.counter('count/starts').add(1);
    setHealth({ ok: false, reason: 'held by a test' });
    return {
      info: {},
      async stop() {
        await aWord();
      },
    };
  },
});
