import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MessageQueue } from '#api/ingest/message-queue.ts';

interface Said {
  readonly sender: string;
  readonly n: number;
  readonly bytes: number;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setImmediate', 'clearImmediate'] });
});
afterEach(() => vi.useRealTimers());

function open(most: { messages: number; bytes: number }) {
  const taken: Said[] = [];
  const queue = new MessageQueue<Said>((message) => taken.push(message), most);
  return { queue, taken };
}

const say = (sender: string, n: number, bytes = 10): Said => ({ sender, n, bytes });

test('a gateway that floods loses its own messages, and nobody else’s', () => {
  const { queue, taken } = open({ messages: 100, bytes: 1e6 });
  for (let n = 0; n < 1_000; n += 1) queue.add('flood', say('flood', n), false);
  for (let n = 0; n < 20; n += 1) queue.add('calm', say('calm', n), false);
  expect(queue.length).toBe(100);
  expect(queue.dropped).toBe(920);
  vi.runAllTimers();
  expect(taken.filter(({ sender }) => sender === 'calm').map(({ n }) => n)).toEqual(
    Array.from({ length: 20 }, (_, n) => n),
  );
});

test('a flood of small messages does not cost a gateway its few large batches', () => {
  const { queue, taken } = open({ messages: 100, bytes: 1e6 });
  for (let n = 0; n < 5; n += 1) queue.add('calm', say('calm', n, 40_000), false);
  for (let n = 0; n < 1_000; n += 1) queue.add('flood', say('flood', n, 20), false);
  vi.runAllTimers();
  expect(taken.filter(({ sender }) => sender === 'calm')).toHaveLength(5);
});

test('a long backlog of one gateway delays the events of another by one message', () => {
  const { queue, taken } = open({ messages: 1_000, bytes: 1e6 });
  for (let n = 0; n < 500; n += 1) queue.add('behind', say('behind', n), false);
  queue.add('live', say('live', 0), false);
  vi.runAllTimers();
  expect(taken.findIndex(({ sender }) => sender === 'live')).toBeLessThanOrEqual(1);
});

test('reports of now come before any backlog, and a flood of them does not stop it', () => {
  const { queue, taken } = open({ messages: 10_000, bytes: 1e6 });
  for (let n = 0; n < 5; n += 1) queue.add('behind', say('behind', n), false);
  for (let n = 0; n < 1_000; n += 1) queue.add('flood', say('flood', n), true);
  queue.add('calm', say('calm', 0), true);
  vi.runAllTimers();
  expect(taken.findIndex(({ sender }) => sender === 'calm')).toBeLessThanOrEqual(2);
  expect(taken.findIndex(({ sender }) => sender === 'behind')).toBeLessThan(100);
  expect(taken.findLastIndex(({ sender }) => sender === 'behind')).toBeLessThan(300);
});

test('whatever comes: each gateway’s messages are taken in their order or counted as dropped, within the bounds', () => {
  const message = fc.tuple(
    fc.constantFrom('a', 'b', 'c'),
    fc.integer({ min: 1, max: 60 }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(fc.array(message, { maxLength: 120 }), (messages) => {
      const { queue, taken } = open({ messages: 20, bytes: 300 });
      for (const [n, [sender, bytes, urgent]] of messages.entries()) {
        queue.add(sender, { sender: `${sender}/${urgent}`, n, bytes }, urgent);
        expect(queue.length).toBeLessThanOrEqual(20);
        if (n % 17 === 0) vi.runAllTimers();
      }
      vi.runAllTimers();
      expect(taken.length + queue.dropped).toBe(messages.length);
      expect(queue.length).toBe(0);
      for (const own of ['a', 'b', 'c'].flatMap((name) => [`${name}/true`, `${name}/false`])) {
        const order = taken.filter(({ sender }) => sender === own).map(({ n }) => n);
        expect(order).toEqual(order.toSorted((x, y) => x - y));
      }
    }),
  );
});
