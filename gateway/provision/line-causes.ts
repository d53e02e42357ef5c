import { healthThresholds } from '#contract/health.ts';
import type { SensorCheck } from './check-line.ts';

/** What is wrong, and where somebody should look, in the words of who stands at the line. */
export interface Finding {
  /** The sensor it is about; undefined: the line. */
  readonly name: string | undefined;
  readonly what: string;
  readonly look: string;
}

/** Of answers asked for. With fewer errors than `leastErrors` a share says nothing. */
const BAD_SHARE = 0.02;
const LEAST_ERRORS = 2;
/** A line is bad as a whole when so many of its sensors are. */
const SPREAD_SHARE = 1 / 3;
/** A node thinks for 20 ms at most, an adapter may hold bytes for 16. */
const SLOW_ANSWER_MS = 45;
const UNEVEN_MS = 35;
/** Of fewer answers, one in twenty is chance. */
const LEAST_TIMES = 40;
/** So much less than at the line's best is a fall and no scatter of nodes (±1 %). */
const FALL_MV = 250;
const WARN_MV = healthThresholds.supplyLowMv.leave;

/** What the figures of a check mean; empty: nothing is wrong. `checks` go along the cable. */
export function findingsOf(checks: readonly SensorCheck[]): Finding[] {
  const dead = checks.filter(
    ({ answered, broken, isCrowd }) => answered + broken === 0 && !isCrowd,
  );
  if (checks.length > 0 && dead.length === checks.length) return [nobody(checks.length)];
  return [
    ...deadFindings(checks, dead),
    ...crowdFindings(checks),
    ...(isLate(checks)
      ? []
      : errorFindings(checks.filter((check) => !dead.includes(check) && !check.isCrowd))),
    ...delayFindings(checks),
    ...supplyFindings(checks),
  ];
}

const nobody = (sensors: number): Finding => ({
  name: undefined,
  what: `none of ${sensors} sensors answers`,
  look: 'supply of the line; A and B changed over; another speed or parity (`line scan` tries them)',
});

function deadFindings(checks: readonly SensorCheck[], dead: readonly SensorCheck[]): Finding[] {
  const from = startOfTail(checks, (check) => dead.includes(check));
  const inTail = from === undefined ? [] : checks.slice(from);
  const single = dead.filter((check) => !inTail.includes(check));
  return [
    ...single.map(({ name, address }) => ({
      name,
      what: `no answer from ${name}`,
      look: `its supply and its plug; another address than ${address} (\`line find\` lists nodes without one)`,
    })),
    ...(from === undefined
      ? []
      : [
          {
            name: checks[from]?.name,
            what: `no answer from ${checks[from]?.name} on`,
            look: `the cable between ${checks[from - 1]?.name} and ${checks[from]?.name}: broken, or without supply`,
          },
        ]),
  ];
}

function crowdFindings(checks: readonly SensorCheck[]): Finding[] {
  return checks
    .filter(({ isCrowd }) => isCrowd)
    .map(({ name, address }) => ({
      name,
      what: `two sensors answer at address ${address}`,
      look: `\`line find --address ${address}\` tells bay nodes apart; give one of them another address`,
    }));
}

/** What comes too late is missed, and spoils what is asked next: no errors beside it. */
function isLate(checks: readonly SensorCheck[]): boolean {
  const sum = (of: (check: SensorCheck) => number) =>
    checks.reduce((total, check) => total + of(check), 0);
  return (
    sum(({ late }) => late) * 4 >= sum(({ silent, broken }) => silent + broken) &&
    sum(({ late }) => late) >= LEAST_ERRORS
  );
}

const errorsOf = ({ broken, silent, late }: SensorCheck): number => broken + silent - late;

function errorFindings(alive: readonly SensorCheck[]): Finding[] {
  const isBad = (check: SensorCheck) =>
    errorsOf(check) >= LEAST_ERRORS && errorsOf(check) > BAD_SHARE * check.asked;
  const bad = alive.filter(isBad);
  if (bad.length === 0) return [];
  const share = percent(
    bad.reduce((sum, check) => sum + errorsOf(check), 0),
    bad.reduce((sum, check) => sum + check.asked, 0),
  );
  const from = startOfTail(alive, isBad);
  if (from !== undefined && from >= alive.length / 4) {
    const [before, first] = [alive[from - 1]?.name, alive[from]?.name];
    return [
      {
        name: first,
        what: `${share} of answers are broken or missing from ${first} on, none before`,
        look: `the joint between ${before} and ${first}, a long stub there; is the line's end terminated (120 Ω)?`,
      },
    ];
  }
  if (bad.length > Math.max(1, SPREAD_SHARE * alive.length)) {
    const requests = alive.some(({ heardBroken = 0 }) => heardBroken > 0);
    return [
      {
        name: undefined,
        what: `${share} of answers are broken or missing all along the line${requests ? ', and the nodes hear broken requests too' : ''}`,
        look: 'termination or bias missing? 120 Ω at both ends and nowhere else, bias at one place; then shield, mains cables beside it, a lower speed',
      },
    ];
  }
  return bad.map(({ name, asked, ...check }) => ({
    name,
    what: `${percent(errorsOf({ name, asked, ...check }), asked)} of answers of ${name} are broken or missing`,
    look: 'its joint and its stub; then the node itself',
  }));
}

function delayFindings(checks: readonly SensorCheck[]): Finding[] {
  const late = checks.reduce((sum, check) => sum + check.late, 0);
  const times = checks.flatMap(({ answerMs }) => answerMs).toSorted((a, b) => a - b);
  const [middle, slow] = [shareOf(times, 0.5), shareOf(times, 0.95)];
  const look =
    'who holds the bytes back: the latency timer of a USB adapter (set it to 1 ms), a serial server that gathers (set its gap to a few ms), a busy computer';
  if (late >= LEAST_ERRORS) {
    const asked = checks.reduce((sum, check) => sum + check.asked, 0);
    const what = `${percent(late, asked)} of answers come after their time`;
    return [{ name: undefined, what, look }];
  }
  const isEven = slow <= SLOW_ANSWER_MS && slow - middle <= UNEVEN_MS;
  if (isEven || times.length < LEAST_TIMES) return [];
  const what = `answers take ${Math.round(middle)} ms, and one in twenty more than ${Math.round(slow)} ms`;
  return [{ name: undefined, what, look }];
}

function supplyFindings(checks: readonly SensorCheck[]): Finding[] {
  const fed = checks.flatMap(({ name, supplyMv }) =>
    supplyMv === undefined || supplyMv === 0 ? [] : [{ name, mv: supplyMv }],
  );
  const best = Math.max(...fed.map(({ mv }) => mv));
  const isLow = ({ mv }: { readonly mv: number }) => mv < WARN_MV || best - mv > FALL_MV;
  if (!fed.some(isLow)) return [];
  if (
    fed.every(({ mv }) => mv < WARN_MV) &&
    best - Math.min(...fed.map(({ mv }) => mv)) < FALL_MV
  ) {
    const what = `the supply is ${volts(best)} at best`;
    return [{ name: undefined, what, look: 'the power supply itself, and its cable to the line' }];
  }
  const from = startOfTail(fed, isLow);
  const tail = from === undefined ? [] : fed.slice(from);
  const first = tail[0];
  const single = fed.filter((one) => isLow(one) && !tail.includes(one));
  const isMiddle = first === undefined && single.length > 1;
  return [
    ...(first === undefined
      ? []
      : [
          {
            name: first.name,
            what: `supply falls from ${first.name}: ${volts(first.mv)}, and ${volts(tail.at(-1)?.mv ?? 0)} at the end, of ${volts(best)}`,
            look: 'feed from both ends, or a thicker pair',
          },
        ]),
    ...(isMiddle
      ? [
          {
            name: single[0]?.name,
            what: `supply is lowest between ${single[0]?.name} and ${single.at(-1)?.name}: ${volts(Math.min(...single.map(({ mv }) => mv)))} of ${volts(best)}`,
            look: 'the line is fed from both ends and still too long for its pair: a thicker pair, or a feed in the middle',
          },
        ]
      : single.map(({ name, mv }) => ({
          name,
          what: `${name} has ${volts(mv)}, its neighbours ${volts(best)}`,
          look: 'its joint: the voltage is lost there',
        }))),
  ];
}

/** Where a row of at least two that goes to the end begins; undefined: there is none, or it is all. */
function startOfTail<T>(items: readonly T[], isIn: (item: T) => boolean): number | undefined {
  let from = items.length;
  while (from > 0 && isIn(items[from - 1] as T)) from -= 1;
  return from === 0 || items.length - from < 2 ? undefined : from;
}

function shareOf(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

const volts = (mv: number): string => `${(mv / 1_000).toFixed(2)} V`;
const percent = (part: number, of: number): string => `${((100 * part) / of).toFixed(1)} %`;
