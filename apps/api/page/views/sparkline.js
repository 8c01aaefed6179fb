// A line of the last values, for the eye only: the number stands beside it.
import { h } from '/vendor/vue.js';

const WIDTH = 120;
const HEIGHT = 28;

export function sparkline(values) {
  if (values.length < 2) return null;
  const most = Math.max(...values, 1);
  const x = (at) => ((at * WIDTH) / (values.length - 1)).toFixed(1);
  const y = (value) => (HEIGHT - 2 - (value / most) * (HEIGHT - 4)).toFixed(1);
  const line = values.map((value, at) => `${x(at)},${y(value)}`).join(' ');
  return h('svg', { class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, 'aria-hidden': 'true' }, [
    h('polygon', { points: `0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}`, class: 'area' }),
    h('polyline', { points: line, class: 'line' }),
  ]);
}
