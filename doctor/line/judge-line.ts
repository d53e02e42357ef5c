import { decodeDistance, DISTANCE_FRAME_BYTES } from '#contract/distance-frame.ts';
import type { LineProperties } from '#contract/site.ts';
import { fine, problem, warning } from '../finding.ts';
import type { Finding } from '../finding.ts';
import { framesFrom } from './talk.ts';
import type { Attempt, Heard } from './talk.ts';

/**
 * What a line says of itself: `first` by the site file's settings, `others` by other ones where
 * nobody was understood.
 */
export function judgeLine(
  name: string,
  line: Pick<LineProperties, 'sensors'>,
  first: Attempt,
  others: readonly Attempt[],
): readonly Finding[] {
  const understood = first.heard.filter(isUnderstood);
  const settings = settingsText(first);
  if (understood.length === 0) return [judgeDeaf(name, first, others)];
  const findings = first.heard.flatMap((heard) => judgeSensor(name, heard));
  if (findings.length > 0) return findings;
  return [
    fine(`line ${name}: ${understood.length} of ${line.sensors.length} answer at ${settings}`),
  ];
}

function judgeSensor(name: string, heard: Heard): Finding[] {
  const { address, bytes } = heard;
  if (address === undefined) return [];
  const frames = framesFrom(address, bytes);
  if (frames === 1) return [];
  const where = `line ${name}, address ${address}`;
  const alone = `Unplug the node at address ${address}, ask again, and give the other one its own.`;
  if (frames > 1) return [problem(`${where}: ${frames} answers to one question`, 'certain', alone)];
  if (bytes.length > 0) {
    const found = `${where}: its answer is garbled (${bytes.length} bytes), others' are not: two nodes speak at once`;
    return [problem(found, 'likely', alone)];
  }
  const found = `${where}: no answer, while others answer`;
  return [
    warning(found, 'certain', 'Look at its power, its cable and the address that it is set to.'),
  ];
}

function judgeDeaf(name: string, first: Attempt, others: readonly Attempt[]): Finding {
  const at = `line ${name} at ${settingsText(first)}`;
  const right = others.find((attempt) => attempt.heard.some(isUnderstood));
  if (right) {
    const found = `${at}: nobody is understood, but at ${settingsText(right)} they are`;
    const mend = `Set the line to ${settingsText(right)} in the site file, or the sensors to ${settingsText(first)}.`;
    return problem(found, 'certain', mend);
  }
  const bytes = first.heard.reduce((sum, heard) => sum + heard.bytes.length, 0);
  const isInverted = first.heard.some(({ address, bytes: heard }) =>
    isUnderstood({ address, bytes: heard.map((byte) => byte ^ 0xff) }),
  );
  if (isInverted) {
    const found = `${at}: every bit arrives inverted`;
    return problem(found, 'likely', 'Swap the wires A and B at one end of the line.');
  }
  if (bytes > 0) {
    const found = `${at}: ${bytes} bytes came and none is a frame`;
    const mend = 'Swap A and B, look at termination and ground, and compare the baud rate.';
    return problem(found, 'possible', mend);
  }
  const mend = 'Look at power and cable first, then swap A and B.';
  return problem(`${at}: nobody says anything`, 'possible', mend);
}

export function isUnderstood({ address, bytes }: Heard): boolean {
  if (address !== undefined) return framesFrom(address, bytes) > 0;
  return distanceFrames(bytes) >= LEAST_FRAMES || textFrames(bytes) >= LEAST_FRAMES;
}

/** By chance one frame stands in any noise. */
const LEAST_FRAMES = 3;

function distanceFrames(bytes: Uint8Array): number {
  let frames = 0;
  for (let at = 0; at + DISTANCE_FRAME_BYTES <= bytes.length; at += 1) {
    if (decodeDistance(bytes, at) === undefined) continue;
    frames += 1;
    at += DISTANCE_FRAME_BYTES - 1;
  }
  return frames;
}

/** MaxBotix: "R", three to five digits, carriage return. */
function textFrames(bytes: Uint8Array): number {
  return (
    Buffer.from(bytes)
      .toString('latin1')
      .match(/R\d{3,5}\r/g)?.length ?? 0
  );
}

const settingsText = ({ baud, parity }: Pick<Attempt, 'baud' | 'parity'>): string =>
  `${baud} baud, parity ${parity}`;
