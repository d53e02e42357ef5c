import { Agent, request } from 'node:http';

/**
 * Guesses passwords, in a process of its own, so that the guesser's work is not taken for the
 * server's: `guess.ts URL ACCOUNT CONNECTIONS PER_SECOND`, until stdin ends. Each connection has an
 * address of its own and asks again when it has its answer. Says "ready" when the first is told that
 * no more can wait (503), and at the end how often it heard which status.
 */
const [url = '', account = '', connections = '1', perSecond = '1000'] = process.argv.slice(2);
const EVERY_MS = 20;
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const heard = new Map<number, number>();
let [tried, underWay] = [0, 0];
let isFull = false;

function guess(): void {
  const nth = (tried += 1);
  underWay += 1;
  const address = nth % Number(connections);
  const sent = request(
    `${url}/api/v1/session`,
    {
      agent,
      method: 'POST',
      headers: {
        'x-forwarded-for': `198.18.${address >> 8}.${address & 255}`,
        'x-forwarded-proto': 'https',
        origin: url.replace('http:', 'https:'),
        'content-type': 'application/json',
      },
    },
    (answer) => {
      underWay -= 1;
      answer.resume();
      const status = answer.statusCode ?? 0;
      heard.set(status, (heard.get(status) ?? 0) + 1);
      if (isFull || status !== 503) return;
      isFull = true;
      process.stdout.write('ready\n');
    },
  );
  // Those still under way at the end are of no interest.
  sent.on('error', () => undefined);
  sent.end(JSON.stringify({ name: account, password: `guess number ${nth}` }));
}

const timer = setInterval(() => {
  for (let n = 0; n < (Number(perSecond) * EVERY_MS) / 1_000; n += 1) {
    if (underWay < Number(connections)) guess();
  }
}, EVERY_MS);
process.stdin.once('end', () => {
  clearInterval(timer);
  process.stdout.write(`${JSON.stringify([...heard])}\n`, () => process.exit(0));
});
process.stdin.resume();
