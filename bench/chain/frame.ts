/** A frame of the floors and the peer: JSON and a line's end, padded to what a bay event needs there. */
const FRAME_BYTES = 76;

export const frameOf = (change: number): Buffer => {
  const text = `{"n":${change},"bay":"lot-1-${(change % 48) + 1}","state":"${change % 2 === 0 ? 'occupied' : 'vacant'}"`;
  return Buffer.from(`${`${text},"pad":"`.padEnd(FRAME_BYTES - 3, '.')}"}\n`);
};
