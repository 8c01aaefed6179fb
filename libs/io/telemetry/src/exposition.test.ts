import { readPrometheus, sampleOf } from '@tickwire/testing';
import { Gauge, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { asExposition } from './exposition.ts';

test('a value that is no number is written as the format says', async () => {
  const registry = new Registry();
  const help = 'ends with Nan';
  const gauge = new Gauge({ name: 'lag', help, labelNames: ['of'], registers: [registry] });
  gauge.set({ of: 'a Nan' }, 1);
  gauge.set({ of: 'b' }, Number.NaN);
  const rendered = await registry.metrics();
  expect(() => readPrometheus(rendered)).toThrow('no sample');
  const families = readPrometheus(asExposition(rendered));
  expect(families.get('lag')?.help).toBe(help);
  expect(sampleOf(families, 'lag', { of: 'a Nan' })).toBe(1);
  expect(sampleOf(families, 'lag', { of: 'b' })).toBeNaN();
});
