// Goal: a message goes to exactly the subscriptions whose pattern matches. Method: the tree against
// a matcher that compares token by token, while subscriptions come and go.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublishSubject, isSubscribeSubject } from './subjects.ts';
import { SubjectRouter } from './subject-router.ts';

const seed = Number(process.env.TICKWIRE_SEED ?? 20_260_103);
const token = fc.constantFrom('a', 'b', 'c', '*');
const pattern = fc
  .tuple(fc.array(token, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([tokens, open]) => (open ? [...tokens, '>'] : tokens).join('.'));
const subject = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 5 })
  .map((tokens) => tokens.join('.'));

function matches(wanted: string, actual: string): boolean {
  const [left, right] = [wanted.split('.'), actual.split('.')];
  if (left.at(-1) === '>') {
    const head = left.slice(0, -1);
    return right.length > head.length && head.every((t, at) => t === '*' || t === right[at]);
  }
  return left.length === right.length && left.every((t, at) => t === '*' || t === right[at]);
}

describe('the subject router', () => {
  test('matches what a token-by-token comparison matches, as subscriptions come and go', () => {
    const subscription = fc.record({
      subject: pattern,
      queue: fc.constantFrom(undefined, 'q', 'r'),
    });
    fc.assert(
      fc.property(
        fc.array(subscription, { maxLength: 30 }),
        fc.array(fc.record({ subject, drop: fc.nat() }), { maxLength: 30 }),
        (subscriptions, steps) => {
          const router = new SubjectRouter<(typeof subscriptions)[number]>();
          const live = [...subscriptions];
          for (const one of live) router.add(one);
          for (const step of steps) {
            const expected = live.filter((one) => matches(one.subject, step.subject));
            const route = router.route(step.subject);
            expect(new Set([...route.plain, ...route.queues.flat()])).toEqual(new Set(expected));
            expect(route.plain.every((one) => one.queue === undefined)).toBe(true);
            for (const members of route.queues) {
              expect(new Set(members.map((one) => one.queue)).size).toBe(1);
            }
            const [gone] = live.splice(step.drop % Math.max(1, live.length), 1);
            if (gone !== undefined) router.remove(gone);
            expect(router.count).toBe(live.length);
          }
          for (const one of live) router.remove(one);
          expect(router.route('a.b').plain).toEqual([]);
          expect(router.count).toBe(0);
        },
      ),
      { seed, numRuns: 300 },
    );
  });

  test('an empty token in a subject matches nothing, not even >', () => {
    const router = new SubjectRouter<{ subject: string; queue: undefined }>();
    router.add({ subject: '>', queue: undefined });
    expect(router.route('a.b').plain).toHaveLength(1);
    for (const bad of ['', '.', 'a.', '.a', 'a..b']) expect(router.route(bad).plain).toEqual([]);
  });

  test.each([
    ['a.b', true, true],
    ['a.*', false, true],
    ['a.>', false, true],
    ['>', false, true],
    ['a*.b', true, true],
    ['a.>.b', false, false],
    ['a..b', false, false],
    ['', false, false],
    ['a b', false, false],
    ['a\r\nPING', false, false],
    ['ключ.é', true, true],
    [Array.from({ length: 65 }, () => 'x').join('.'), false, false],
    ['x'.repeat(1_025), false, false],
  ])('%j: publish %s, subscribe %s', (text, publish, subscribe) => {
    expect([isPublishSubject(text), isSubscribeSubject(text)]).toEqual([publish, subscribe]);
  });
});
