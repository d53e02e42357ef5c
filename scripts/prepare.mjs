// What `npm start` and `npm test` need before they run, on a machine that has only Node and npm:
// the packages of the lock file, and a web build that is no older than its sources.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const purpose = process.argv[2] ?? 'start';
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Binjari needs Node 20.19 or later; this is ${process.versions.node}.`);
}

const lockStamp = 'node_modules/.binjari-lock';
const lock = digest(['package-lock.json']);
if (read(lockStamp) !== lock) {
  say('Installing the packages (once, about a minute) ...');
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  writeFileSync(lockStamp, lock);
}

const buildStamp = 'web/dist/.binjari-sources';
const sources = digest([...filesBelow('web'), ...filesBelow('contract'), 'package-lock.json']);
if (existsSync('web/vite.config.ts') && read(buildStamp) !== sources) {
  say('Building the page ...');
  run('npm', ['run', '--silent', 'build']);
  mkdirSync('web/dist', { recursive: true });
  writeFileSync(buildStamp, sources);
}
if (purpose === 'test') installMosquitto();
if (purpose === 'start') say('Ready to start.');

/** The tests with a real Mosquitto need it; where it cannot be had they are left out, and say so. */
function installMosquitto() {
  const places = ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'];
  const found = () => places.some((place) => spawnSync(place, ['-h']).error === undefined);
  if (found()) return;
  if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
    say('Installing Mosquitto for its tests ...');
    // This run level keeps the package from starting a broker of its own.
    const env = ['DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get', '-qq'];
    const apt = (...args) => spawnSync('env', [...env, ...args], { stdio: ['ignore', 2, 2] });
    apt('update');
    apt('install', '-y', '--no-install-recommends', 'mosquitto');
  }
  if (!found()) {
    say('Left out: the tests with a real Mosquitto. To run them: sudo apt-get install mosquitto');
  }
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => !path.startsWith(join('web', 'dist')))
    .toSorted();
}

function digest(paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function run(command, args) {
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail(`"${command} ${args.join(' ')}" failed.`);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
