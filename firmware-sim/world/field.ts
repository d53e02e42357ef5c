import { between } from './random.ts';
import type { Random } from './random.ts';

/** A magnetic field or a change of one, by the node's axes. */
export type Field = readonly [x: number, y: number, z: number];

/** A sum of fields under way. */
export type FieldSum = [x: number, y: number, z: number];

/** Adds `by` times this field to the sum. */
export function add(sum: FieldSum, field: Field, by: number): void {
  sum[0] += by * field[0];
  sum[1] += by * field[1];
  sum[2] += by * field[2];
}

/** A unit vector of any direction, all equally likely. */
export function drawDirection(random: Random): Field {
  const z = between(random, -1, 1);
  const turn = between(random, 0, 2 * Math.PI);
  const flat = Math.sqrt(1 - z * z);
  return [flat * Math.cos(turn), flat * Math.sin(turn), z];
}

export function scaled([x, y, z]: Field, by: number): Field {
  return [by * x, by * y, by * z];
}

export function added(a: Field, b: Field): Field {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}
