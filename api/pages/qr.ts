import { encode } from 'uqr';

/** Light modules around the code, as ISO/IEC 18004 wants them. */
const QUIET = 4;

/** A QR code as an SVG picture, black on white; survives a crease or a thumb (level Q, 25 %). */
export function qrSvgOf(text: string): string {
  const { size, data } = encode(text, { ecc: 'Q', border: QUIET });
  const runs = data.flatMap((row, y) =>
    row.flatMap((dark, x) => {
      if (!dark || row[x - 1] === true) return [];
      const end = row.indexOf(false, x);
      const length = (end === -1 ? size : end) - x;
      return [`M${x} ${y}h${length}v1h-${length}z`];
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${runs.join('')}"/></svg>`;
}
