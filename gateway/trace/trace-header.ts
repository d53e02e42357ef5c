import * as z from 'zod';
import { deadlines } from '#contract/deadlines.ts';
import { BayId } from '#contract/ids.ts';
import { SensorProperties } from '#contract/site.ts';
import type { LineProperties } from '#contract/site.ts';

/** The first line of a trace that a gateway wrote. */
export const TRACE_MARK = '# binjari trace 1';

/** What the detector needs to know beside the rows: comment lines `# key: value` before the first. */
export const TraceFacts = z.object({
  site: z.string().optional(),
  gateway: z.string().optional(),
  line: z.string().default('line'),
  /** Of the samples of one bay. */
  periodMs: z.coerce.number().positive().optional(),
  confirmMs: z.coerce.number().min(0).default(deadlines.confirmMs),
  /** When the gateway began to listen, by the rows' clock. */
  startedMs: z.coerce.number().optional(),
  /** Wall time (epoch milliseconds) − the rows' clock, until a row says otherwise. */
  wallOffsetMs: z.coerce.number().optional(),
  /** `recorded`: the gateway's looks at the time are rows, so that silences replay to the millisecond. */
  looks: z.enum(['recorded', 'none']).default('none'),
  countsPerGauss: z.coerce.number().positive().optional(),
  /** The name of the file that ended where this one begins. */
  continues: z.string().optional(),
});
export type TraceFacts = z.infer<typeof TraceFacts>;

/** One sensor: `# bay: nambu-a-014 sensor=nambu-14 kind=pbn1 address=3 mountMm=2600 beside=nambu-a-013`. */
const TracedBay = SensorProperties.partial({ id: true, mountMm: true, kind: true }).extend({
  /** The bays beside it. */
  beside: z.array(BayId).optional(),
});
export type TracedBay = z.infer<typeof TracedBay>;

export interface TraceHeader {
  readonly facts: TraceFacts;
  readonly bays: readonly TracedBay[];
}

/** The header of what a gateway writes of one line. */
export function encodeHeader(
  line: LineProperties,
  beside: ReadonlyMap<BayId, readonly BayId[]>,
  facts: Omit<TraceFacts, 'line'>,
): readonly string[] {
  const given = Object.entries({ ...facts, line: line.id }).filter(
    ([, value]) => value !== undefined,
  );
  return [
    TRACE_MARK,
    ...given.map(([key, value]) => `# ${key}: ${value}`),
    ...line.sensors.map(({ id, bay, kind, address, mountMm }) => {
      const at = address === undefined ? '' : ` address=${address}`;
      const near = beside.get(bay) ?? [];
      const next = near.length === 0 ? '' : ` beside=${near.join(',')}`;
      return `# bay: ${bay} sensor=${id} kind=${kind}${at} mountMm=${mountMm}${next}`;
    }),
  ];
}

/**
 * Reads the comment lines before the first row; comments that are no `key: value` of this format
 * are for people. Every problem at once, with its line.
 */
export function decodeHeader(comments: readonly string[]): {
  readonly header: TraceHeader;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const given: Record<string, string> = {};
  const bays: TracedBay[] = [];
  const lineOf: Record<string, number> = {};
  for (const [at, comment] of comments.entries()) {
    const [, key = '', value = ''] = /^#\s*(\w+):\s*(.*?)\s*$/.exec(comment) ?? [];
    if (key === 'bay') {
      const bay = readBay(value);
      if (typeof bay === 'string') problems.push(`line ${at + 1}: bay: ${bay}`);
      else bays.push(bay);
    } else if (key in TraceFacts.shape) {
      given[key] = value;
      lineOf[key] = at + 1;
    }
  }
  const facts = TraceFacts.safeParse(given);
  for (const { path, message } of facts.error?.issues ?? []) {
    const key = String(path[0]);
    problems.push(`line ${lineOf[key]}: ${key}: ${message}`);
  }
  return { header: { facts: facts.data ?? TraceFacts.parse({}), bays }, problems };
}

function readBay(text: string): TracedBay | string {
  const [bay, ...pairs] = text.split(/\s+/);
  const given = Object.fromEntries(pairs.map((pair) => pair.split('=', 2) as [string, string]));
  const { sensor, kind, address, mountMm, beside, ...strange } = given;
  const [first] = Object.keys(strange);
  if (first !== undefined)
    return `expected sensor=, kind=, address=, mountMm= or beside=, got "${first}"`;
  const parsed = TracedBay.safeParse({
    bay,
    ...(sensor !== undefined && { id: sensor }),
    ...(kind !== undefined && { kind }),
    ...(address !== undefined && { address: Number(address) }),
    ...(mountMm !== undefined && { mountMm: Number(mountMm) }),
    ...(beside !== undefined && { beside: beside.split(',') }),
  });
  if (parsed.success) return parsed.data;
  return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}
