/** What each metric means, for HELP lines and for docs/reference/metrics.md. */
const HELP: Readonly<Record<string, string>> = {
  tickwire_hop_in_total: 'What a hop took in, counted by its receiver.',
  tickwire_hop_out_total: 'What a hop gave out, counted by its sender.',
  tickwire_hop_part_total: 'A part of what a hop gave out; the parts sum to it.',
  tickwire_hop_dropped_total: 'What a hop dropped, by reason.',
  tickwire_hop_in_flight: 'What a hop holds now: in = out + dropped + in flight.',
  tickwire_latency_seconds: 'Latency of a stage of the ticks’ way.',
  tickwire_latency_max_seconds: 'Largest latency of a stage since the counters were made.',
  tickwire_health: '1 when the service can do its work, else 0.',
  tickwire_ready: '1 when the service has started and is not stopping, else 0.',
  tickwire_build_info: 'Always 1; version of the service and of Node in the labels.',
  tickwire_metrics_left_out: 'Samples that a scrape left out because there are too many.',
  tickwire_service_up: '1 when the supervisor sees the service running, else 0.',
  tickwire_service_unresponsive: '1 while the service does not answer the supervisor.',
  tickwire_service_restarts_total: 'Times that the supervisor started the service again.',
  tickwire_service_stalls_total: 'Times that the service did not answer the supervisor for long.',
  tickwire_connections: 'Connections to the vendor, by state.',
  tickwire_connections_active: 'Connections to the vendor that carry data.',
  tickwire_streams: 'Streams of instruments, by state.',
  tickwire_gaps_total: 'Gaps found in what the vendor sent.',
  tickwire_ring_fill_ratio: 'How far a reader is behind, as a share of the ring’s slots.',
  tickwire_spans_dropped_total: 'Spans that were not sent because the queue was full.',
  tickwire_spans_total: 'Spans recorded.',
};

/** The text for a metric; a plain sentence of its name when it has none of its own. */
export function metricHelp(name: string): string {
  return HELP[name] ?? `${name.replace(/^tickwire_/, '').replace(/_/g, ' ')}.`;
}
