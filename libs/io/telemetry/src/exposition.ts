/**
 * Makes what prom-client renders the text format as it is written down (version 0.0.4): a value
 * that is no number is `NaN` there, and prom-client 15 writes `Nan`, which strict readers refuse.
 * The event loop's lag has such a value until its first sample.
 */
export function asExposition(rendered: string): string {
  return rendered.replace(/^([^#].*) Nan$/gm, '$1 NaN');
}
