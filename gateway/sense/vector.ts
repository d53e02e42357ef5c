/** A magnetic field, or a change of one, by a node's axes; µT, or whatever unit the node counts in. */
export interface Vector {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export const ZERO: Vector = { x: 0, y: 0, z: 0 };

export const lengthOf = ({ x, y, z }: Vector): number => Math.sqrt(x * x + y * y + z * z);

export const minus = (a: Vector, b: Vector): Vector => ({
  x: a.x - b.x,
  y: a.y - b.y,
  z: a.z - b.z,
});

/** a + by · b */
export const plus = (a: Vector, b: Vector, by = 1): Vector => ({
  x: a.x + by * b.x,
  y: a.y + by * b.y,
  z: a.z + by * b.z,
});

export const apart = (a: Vector, b: Vector): number => {
  const [x, y, z] = [a.x - b.x, a.y - b.y, a.z - b.z];
  return Math.sqrt(x * x + y * y + z * z);
};

export function meanOf(vectors: readonly Vector[]): Vector {
  let [x, y, z] = [0, 0, 0];
  for (const each of vectors) {
    x += each.x;
    y += each.y;
    z += each.z;
  }
  const count = Math.max(1, vectors.length);
  return { x: x / count, y: y / count, z: z / count };
}
