import { Agent, get } from 'node:http';

/**
 * Asks in a process of its own, so that reading the answers is not taken for the server's work:
 * `ask-often.ts URL CONNECTIONS TIMES`, all of them at once. Prints how often it heard which status.
 */
const [url = '', connections = '1', times = '1'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const heard = new Map<number, number>();
const ask = async (): Promise<void> =>
  new Promise((resolve) => {
    const note = (status: number) => {
      heard.set(status, (heard.get(status) ?? 0) + 1);
      resolve();
    };
    get(url, { agent }, (answer) => {
      answer.resume();
      answer.once('end', () => note(answer.statusCode ?? 0));
    }).once('error', () => note(-1));
  });
await Promise.all(Array.from({ length: Number(times) }, ask));
process.stdout.write(JSON.stringify([...heard]));
