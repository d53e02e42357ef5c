import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { serveStreet } from '../api/http/served-street.ts';
import type { ServedStreet } from '../api/http/served-street.ts';
import { freePort } from '../support/free-port.ts';
import { findProgram } from '../support/programs.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const EXAMPLES = join(import.meta.dirname, '../../deploy/proxy');
const exampleOf = (name: string) => readFileSync(join(EXAMPLES, name), 'utf8');

interface Ports {
  readonly http: number;
  readonly https: number;
  readonly api: number;
}

interface Place {
  readonly folder: string;
  readonly certificate: string;
  readonly key: string;
}

/** The shipped example with this test's name, ports and certificate in it, and what runs it. */
const proxies: Readonly<Record<string, (program: string, ports: Ports, place: Place) => string[]>> =
  {
    nginx: (program, { http, https, api }, { folder, certificate, key }) => {
      const example = exampleOf('nginx.conf')
        .replaceAll('parking.example;', 'localhost;')
        .replaceAll(/ssl_certificate +\S+;/g, `ssl_certificate ${certificate};`)
        .replaceAll(/ssl_certificate_key +\S+;/g, `ssl_certificate_key ${key};`)
        .replaceAll('127.0.0.1:8080;', `127.0.0.1:${api};`)
        .replaceAll(/listen \[::\].*\n/g, '')
        .replace('listen 80;', `listen 127.0.0.1:${http};`)
        .replace('listen 443 ssl http2;', `listen 127.0.0.1:${https} ssl http2;`);
      const config = join(folder, 'nginx.conf');
      const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
      writeFileSync(
        config,
        `daemon off; pid ${folder}/nginx.pid; error_log stderr; worker_processes 1;
       events { worker_connections 256; }
       http { access_log off; ${temp.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
       ${example} }`,
      );
      return [program, '-p', folder, '-c', config];
    },
    caddy: (program, { http, https, api }, { folder, certificate, key }) => {
      const example = exampleOf('Caddyfile')
        .replace(
          'parking.example {',
          `https://localhost:${https} {\n\tbind 127.0.0.1\n\ttls ${certificate} ${key}`,
        )
        .replaceAll('127.0.0.1:8080', `127.0.0.1:${api}`);
      const config = join(folder, 'Caddyfile');
      writeFileSync(
        config,
        `{\n admin off\n http_port ${http}\n https_port ${https}\n default_bind 127.0.0.1\n}\n${example}`,
      );
      return [program, 'run', '--adapter', 'caddyfile', '--config', config];
    },
  };

interface Proxied extends AsyncDisposable {
  readonly ports: Ports;
  get(
    path: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>;
}

/** The real program with the shipped example, in front of a port of this test. */
async function startProxy(name: string, program: string, api: number): Promise<Proxied> {
  const temp = openTempFolder();
  const folder = temp.path;
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', ['req', '-x509', ...ec, ...names, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  const ports = { http: await freePort(), https: await freePort(), api };
  const [command = '', ...args] =
    proxies[name]?.(program, ports, { folder, certificate, key }) ?? [];
  mkdirSync(join(folder, 'home'));
  const child = spawn(command, args, {
    env: { ...process.env, HOME: join(folder, 'home'), XDG_DATA_HOME: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const get: Proxied['get'] = async (path, headers = {}) =>
    new Promise((resolve, reject) => {
      const asked = httpsRequest(
        {
          host: '127.0.0.1',
          port: ports.https,
          path,
          headers: { host: 'localhost', ...headers },
          servername: 'localhost',
          ca: readFileSync(certificate),
          agent: false,
        },
        (answer) => {
          let body = '';
          answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
          answer.once('end', () =>
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }),
          );
        },
      );
      asked.once('error', (error) => reject(new Error(`${error.message}\n${said}`)));
      asked.end();
    });
  await until(async () => (await get('/healthz')).status > 0);
  return {
    ports,
    get,
    [Symbol.asyncDispose]: async () => {
      const gone = new Promise((resolve) => {
        child.once('exit', resolve);
      });
      child.kill('SIGTERM');
      await gone;
      temp[Symbol.dispose]();
    },
  };
}

/** An api that only says which headers reached it. */
async function openEcho(): Promise<Server> {
  const server = createServer((request, response) => {
    response.end(JSON.stringify(request.headers));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

describe.each(Object.keys(proxies))('%s with the shipped example', (name) => {
  test('passes pages, figures’ headers and the live channel on, and adds HSTS', async () => {
    const program = findProgram(name, 'its example in front of the api');
    if (program === undefined) return;
    await using street: ServedStreet = await serveStreet();
    await using proxy = await startProxy(name, program, Number(new URL(street.url).port));

    const direct = await fetch(`${street.url}/api/v1/lots`);
    const lots = await proxy.get('/api/v1/lots');
    expect(lots.status).toBe(200);
    expect(lots.headers['strict-transport-security']).toMatch(/^max-age=31536000/);
    for (const header of [
      'content-security-policy',
      'x-content-type-options',
      'referrer-policy',
      'cache-control',
      'access-control-allow-origin',
      'binjari-simulated',
    ]) {
      expect([header, lots.headers[header]]).toEqual([header, direct.headers.get(header)]);
    }
    expect((await proxy.get('/api/v1/nothing')).headers['strict-transport-security']).toBeDefined();
    expect((await proxy.get('/metrics')).status).toBe(404);

    const redirected = await fetch(`http://localhost:${proxy.ports.http}/api/v1/lots?x=1`, {
      redirect: 'manual',
    });
    expect(redirected.status).toBe(308);
    expect(redirected.headers.get('location')).toMatch(
      /^https:\/\/localhost.*\/api\/v1\/lots\?x=1$/,
    );

    const socket = new WebSocket(`wss://localhost:${proxy.ports.https}/api/v1/live`, [], {
      rejectUnauthorized: false,
    });
    const heard: string[] = [];
    socket.on('message', (data: Buffer) => heard.push(data.toString('utf8')));
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    socket.send(JSON.stringify({ type: 'watch', channels: [{ channel: 'lots' }] }));
    await until(() => heard.some((text) => text.includes('snapshot')));
    street.liveState.set([['full-2', 'vacant']], Date.now());
    await until(() => heard.some((text) => text.includes('delta')));
    socket.close();
  });

  test('says who asks and how, whatever the client says of itself', async () => {
    const program = findProgram(name, 'what its example says of clients');
    if (program === undefined) return;
    const echo = await openEcho();
    try {
      await using proxy = await startProxy(name, program, (echo.address() as AddressInfo).port);
      const { body } = await proxy.get('/', {
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-proto': 'gopher',
        'x-forwarded-host': 'evil.example',
        forwarded: 'for=203.0.113.9;proto=gopher',
      });
      const headers = JSON.parse(body) as Record<string, string>;
      expect(headers['x-forwarded-for']).toBe('127.0.0.1');
      expect(headers['x-forwarded-proto']).toBe('https');
      expect(headers['forwarded'] ?? '').toBe('');
      expect(headers['host']).toMatch(/^localhost/);
      expect(headers['x-forwarded-host']).toMatch(/^localhost/);
    } finally {
      echo.close();
    }
  });
});
