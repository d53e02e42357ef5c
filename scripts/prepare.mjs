// What `npm start` and `npm test` need before they run, on a machine that has only Node and npm:
// the packages of the lock file, and builds of the page and of the processes that are no older than
// their sources.
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

/** What some tests start beside us, and Debian's package of it. */
const testParts = [
  { program: 'influxd', packageName: 'influxdb', part: 'the InfluxDB view' },
  {
    program: 'mosquitto',
    packageName: 'mosquitto',
    part: 'a real Mosquitto in our broker’s place',
  },
];

const lockStamp = 'node_modules/.binjari-lock';
const lock = digest(['package-lock.json']);
if (read(lockStamp) !== lock) {
  say('Installing the packages (once, about a minute) ...');
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  writeFileSync(lockStamp, lock);
}

const page = [...filesBelow('web'), ...filesBelow('contract'), 'package-lock.json'];
build('the page', 'build', 'web/dist', page);
if (purpose !== 'init') {
  const rooms = ['api', 'broker', 'doctor', 'firmware-sim', 'gateway', 'runtime'].flatMap(
    filesBelow,
  );
  const sources = [...page, ...rooms, 'start.ts', 'scripts/processes.config.ts'];
  build('the processes', 'build:processes', 'dist', sources);
}
if (purpose === 'test') for (const part of testParts) prepareProgram(part);
if (purpose === 'start') say('Ready to start.');

/** Only when a source is another than at the last build. */
function build(what, script, folder, paths) {
  const stamp = join(folder, '.binjari-sources');
  const sources = digest(paths);
  if (read(stamp) === sources) return;
  say(`Building ${what} ...`);
  run('npm', ['run', '--silent', script]);
  mkdirSync(folder, { recursive: true });
  writeFileSync(stamp, sources);
}

/** Root on Debian gets it; anybody else is told what is left out and how to get it. */
function prepareProgram({ program, packageName, part }) {
  // Services' programs are where a user's own path may not lead.
  const look = `PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v ${program}`;
  if (spawnSync('sh', ['-c', look]).status === 0) return;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && spawnSync('which', ['apt-get']).status === 0) {
    say(`Installing ${packageName} for the tests of ${part} ...`);
    // Runlevel 1: the package's own service does not start, and takes no port.
    const quietly = ['DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get'];
    const apt = (...args) =>
      spawnSync('env', [...quietly, ...args], { stdio: 'ignore' }).status === 0;
    const install = () => apt('install', '-y', '--no-install-recommends', packageName);
    if (install() || (apt('update') && install())) return;
  }
  say(
    `Left out: the tests of ${part}, for want of ${program}; get it by: apt-get install ${packageName}`,
  );
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
