// Goal: each kind of cell has its Prometheus name, by rule; bookkeeping has none.
import { describe, expect, test } from 'vitest';
import { latencyStage, metricName } from './metric-names.ts';

/** As a series would be written. */
function series(cell: string): string | undefined {
  const metric = metricName(cell);
  if (metric === undefined) return undefined;
  const labels = Object.entries(metric.labels).map(([key, value]) => `${key}=${value}`);
  const scale = metric.scale === 1 ? '' : ` ×${metric.scale}`;
  return `${metric.type} ${metric.name}{${labels.join()}}${scale}`;
}

describe('names of metrics', () => {
  test.each([
    ['hop/kucoin.parse/message/in', 'counter tickwire_hop_in_total{hop=kucoin.parse,unit=message}'],
    ['hop/bars/bar/inFlight', 'gauge tickwire_hop_in_flight{hop=bars,unit=bar}'],
    [
      'hop/bars/bar/dropped:directory-full',
      'counter tickwire_hop_dropped_total{hop=bars,unit=bar,reason=directory-full}',
    ],
    [
      'hop/kucoin.parse/message/out:control',
      'counter tickwire_hop_part_total{hop=kucoin.parse,unit=message,part=control}',
    ],
    ['count/gaps', 'counter tickwire_gaps_total{}'],
    ['count/cme.310.A.received', 'counter tickwire_cme_received_total{channel=310,leg=A}'],
    ['count/cme.damaged.BAD_SIZE', 'counter tickwire_cme_damaged_total{reason=BAD_SIZE}'],
    ['count/kucoin.rejectedNotKept', 'counter tickwire_kucoin_rejected_not_kept_total{}'],
    ['count/spansDropped.full', 'counter tickwire_spans_dropped_total{reason=full}'],
    ['count/sent.ticker-all', 'counter tickwire_sim_sent_total{kind=ticker-all}'],
    ['count/connections.opened', 'counter tickwire_sim_connections_opened_total{}'],
    ['count/persistence.NO_SPACE', 'counter tickwire_persistence_errors_total{code=NO_SPACE}'],
    ['gauge/health', 'gauge tickwire_health{}'],
    ['gauge/streams.live', 'gauge tickwire_streams{state=live}'],
    ['gauge/connections.backingOff', 'gauge tickwire_connections{state=backing_off}'],
    ['gauge/connectionsActive', 'gauge tickwire_connections_active{}'],
    ['gauge/sim.leftOutMs', 'gauge tickwire_sim_left_out_seconds{} ×0.001'],
    [
      'gauge/ring.kucoin.0.aggregator.fillRatio',
      'gauge tickwire_ring_fill_ratio{ring=kucoin.0,reader=aggregator}',
    ],
    ['gauge/persistence.kucoin.0.queue', 'gauge tickwire_persistence_queue{ring=kucoin.0}'],
    ['service/gateway-kucoin/up', 'gauge tickwire_service_up{name=gateway-kucoin}'],
    [
      'service/gateway-kucoin/restarts',
      'counter tickwire_service_restarts_total{name=gateway-kucoin}',
    ],
  ])('%s', (cell, expected) => {
    expect(series(cell)).toBe(expected);
  });

  test.each(['state/aggregator.kucoin.0.next', 'latency/decode', 'hop/odd', 'other', ''])(
    '%j is no metric of one cell',
    (cell) => {
      expect(metricName(cell)).toBeUndefined();
    },
  );

  test('only latencies have a stage', () => {
    expect(latencyStage('latency/decode')).toBe('decode');
    expect(latencyStage('state/connections')).toBeUndefined();
  });
});
