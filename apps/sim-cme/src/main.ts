// Composition root of the CME simulator as a process of its own: configuration in, multicast feeds
// and the replay service out. Stops last in a drain, because everybody else still reads from it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HopCounters } from '@tickwire/core';
import { runService, startOnFreePort } from '@tickwire/io-service';
import { startOperations } from '@tickwire/io-telemetry';
import { CaptureFile, planChannels, startCmeSimulator } from '@tickwire/sim-cme';
import { simConfig } from './config.ts';
import { lineCounters } from './line-counters.ts';

const COUNTERS_EVERY_MS = 200;

await runService({
  schema: simConfig,
  operations: startOperations,
  async start(config, { log, stats, timers }) {
    const { seed, rate, baseGroup, basePort, heartbeatMs } = config;
    const channels = planChannels({
      channels: config.channels,
      firstChannelId: config.firstChannel,
      ...{ baseGroup, basePort },
    });
    const pcap =
      config.pcap === undefined
        ? undefined
        : new CaptureFile(config.pcap, (error) =>
            log.error({ err: error, path: config.pcap }, 'the capture cannot be written: it ends'),
          );
    const sent = new HopCounters(stats, 'cme.sent', 'message');
    const simulator = await startOnFreePort(config.port, (replayPort) =>
      startCmeSimulator({
        ...{ seed, channels, rate, heartbeatMs, timers, replayPort },
        instrumentsPerChannel: config.instruments,
        roundPacketRate: config.roundRate,
        faults: config.faults === 'none' ? '' : config.faults,
        host: config.interface,
        datagramCell: sent.in,
        ...(pcap === undefined ? {} : { writePcap: pcap.write }),
      }),
    );
    if (config.port !== 0 && simulator.replayPort !== config.port) {
      const port = simulator.replayPort;
      log.warn({ wanted: config.port, port }, 'the port was busy: took the next');
    }
    const configPath = config.configXml ?? join(config.dataDir, 'config.xml');
    writeFileSync(configPath, simulator.configXml);

    const count = lineCounters(simulator, { stats, sent });
    const counting = setInterval(count, COUNTERS_EVERY_MS);

    return {
      info: {
        config: configPath,
        port: simulator.replayPort,
        ...{ seed, rate },
        channels: channels.map(({ channelId }) => channelId),
      },
      async stop() {
        clearInterval(counting);
        await simulator.close();
        count();
        pcap?.close();
        log.info({ counts: simulator.counts() }, 'sent');
      },
    };
  },
});
