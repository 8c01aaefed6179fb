// Parts that several views share: a card, a table, a badge, a meter.
import { h } from '/vendor/vue.js';

export const card = (title, note, body, name = '') =>
  h('section', { class: `card ${name}`, 'aria-label': title }, [
    h('header', { class: 'card-head' }, [h('h2', title), note === '' ? null : h('p', note)]),
    body,
  ]);

/**
 * @param {{title: string, class?: string}[]} columns
 * @param {{key: string, class?: string, cells: unknown[]}[]} rows
 */
export const table = (columns, rows, empty) =>
  rows.length === 0
    ? h('p', { class: 'empty' }, empty)
    : h('div', { class: 'scroll', tabindex: 0 }, [
        h('table', [
          h('thead', [
            h(
              'tr',
              columns.map((column) => h('th', { scope: 'col', class: column.class }, column.title)),
            ),
          ]),
          h(
            'tbody',
            rows.map((row) =>
              h(
                'tr',
                { key: row.key, class: row.class, 'data-key': row.key },
                row.cells.map((cell, at) => h('td', { class: columns[at].class }, [cell])),
              ),
            ),
          ),
        ]),
      ]);

const TONES = {
  live: 'good',
  running: 'good',
  open: 'good',
  ok: 'good',
  recovering: 'warn',
  restarting: 'warn',
  starting: 'warn',
  degraded: 'warn',
  stale: 'warn',
  silent: 'bad',
  gap: 'bad',
  failed: 'bad',
  suspended: 'bad',
  exited: 'bad',
  down: 'bad',
  replaced: 'muted',
};

/** A state in words, with a mark whose shape says it to those who see no colour. */
export const badge = (state, title) =>
  h('span', { class: `badge ${TONES[state] ?? 'muted'}`, title }, state);

export const tag = (text, title) => h('span', { class: 'tag', title }, text);

/** A share of 1 as a bar. */
export const meter = (share, label) =>
  h('span', { class: 'meter', role: 'img', 'aria-label': label }, [
    h('span', {
      class: share > 0.8 ? 'fill bad' : share > 0.5 ? 'fill warn' : 'fill',
      style: { width: `${Math.max(0.5, Math.min(100, share * 100))}%` },
    }),
  ]);
