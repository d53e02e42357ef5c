import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import { SerialPort } from 'serialport';
import { WebSocketServer } from 'ws';
import { openDatabase } from '#runtime/sqlite.ts';

/**
 * pty → serialport → ws, or (`bare`) pty → serialport → mqtt.js → Aedes → mqtt.js → SQLite and ws;
 * `kept`: the same, and whatever a read brings is on the disk before it is published.
 */
const [kind = '', path = '', file = ''] = process.argv.slice(2);
const COMMIT_MS = 40;
const TOPIC = 'bench/changes';

const sockets = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
const show = (line: string): void => {
  for (const socket of sockets.clients) socket.send(line, { compress: false });
};
const take = kind === 'direct' ? show : await chain();
const keep = kind === 'kept' ? openJournal(`${file}-journal`) : () => undefined;
await new Promise((resolve) => {
  if (sockets.address()) resolve(undefined);
  else sockets.once('listening', resolve);
});

const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
await new Promise<void>((resolve, reject) => {
  port.open((error) => (error ? reject(error) : resolve()));
});
let rest = '';
port.on('data', (chunk: Buffer) => {
  const lines = (rest + chunk.toString('latin1')).split('\n');
  rest = lines.pop() ?? '';
  keep(lines);
  for (const line of lines) take(line);
});
process.send?.({ port: (sockets.address() as AddressInfo).port });

function openJournal(journalPath: string): (lines: readonly string[]) => void {
  const database = openDatabase(journalPath);
  database.exec('CREATE TABLE journal (n INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT');
  const insert = database.prepare('INSERT INTO journal (line) VALUES (?)');
  return (lines) => {
    if (lines.length === 0) return;
    database.exec('BEGIN');
    for (const line of lines) insert.run(line);
    database.exec('COMMIT');
  };
}

async function chain(): Promise<(line: string) => void> {
  const aedes = await Aedes.createBroker();
  const server = createServer({ noDelay: true }, (socket) => void aedes.handle(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const open = async () => {
    const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = await mqtt.connectAsync(url);
    (client.stream as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true);
    return client;
  };
  const [publisher, subscriber] = [await open(), await open()];
  const database = openDatabase(file);
  database.exec('CREATE TABLE change (n INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT');
  const insert = database.prepare('INSERT INTO change (n, line) VALUES (?, ?)');
  let waiting: string[] = [];
  const commit = () => {
    const group = waiting;
    waiting = [];
    database.exec('BEGIN');
    for (const line of group) insert.run((JSON.parse(line) as { n: number }).n, line);
    database.exec('COMMIT');
    process.send?.({ kept: group.length });
  };
  subscriber.on('message', (_topic, payload) => {
    const line = payload.toString('latin1');
    show(line);
    if (waiting.push(line) === 1) setTimeout(commit, COMMIT_MS);
  });
  await subscriber.subscribeAsync(TOPIC, { qos: 1 });
  return (line) => publisher.publish(TOPIC, line, { qos: 1 });
}
