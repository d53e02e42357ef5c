import { crc32, deflateSync } from 'node:zlib';

/** A picture of one colour, as PNG (ISO/IEC 15948): 8 bits each of red, green and blue. */
export function pngOf([red, green, blue]: readonly [number, number, number], px = 256): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(px, 0);
  header.writeUInt32BE(px, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(3 * px, Buffer.of(red, green, blue))]);
  const rows = Buffer.concat(Array.from({ length: px }, () => row));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Far behind what a reader fetches first (16 KiB), so that a tile needs a range of its own. */
export const TILE_AT = 20_000;

/**
 * A PMTiles archive (specification, version 3) down to zoom `maxZoom` whose one entry says of every
 * tile at once that it is all water: nothing in it is compressed.
 */
export function waterArchive(maxZoom: number): Buffer {
  const tile = waterTile();
  const every = (4 ** (maxZoom + 1) - 1) / 3;
  // One entry: the first id, how many ids in a row, the tile's length, its offset plus one.
  const directory = Buffer.from([1, 0, ...varint(every), ...varint(tile.length), 1]);
  const metadata = Buffer.from('{"vector_layers":[]}');
  const header = Buffer.alloc(127);
  header.write('PMTiles', 'latin1');
  header[7] = 3;
  const metadataAt = header.length + directory.length;
  const numbers = [header.length, directory.length, metadataAt, metadata.length, 0, 0];
  for (const [at, value] of [...numbers, TILE_AT, tile.length, every, 1, 1].entries()) {
    header.writeBigUInt64LE(BigInt(value), 8 + 8 * at);
  }
  // Clustered; no compression inside nor of tiles; vector tiles; the zooms.
  header.set([1, 1, 1, 1, 0, maxZoom], 96);
  for (const [at, degrees] of [-180, -85, 180, 85].entries()) {
    header.writeInt32LE(degrees * 1e7, 102 + 4 * at);
  }
  const gap = Buffer.alloc(TILE_AT - metadataAt - metadata.length);
  return Buffer.concat([header, directory, metadata, gap, tile]);
}

/** A Mapbox Vector Tile (specification, version 2): layer `water`, one square over all of it. */
function waterTile(): Buffer {
  const command = (id: number, count: number) => (count << 3) | id;
  const zigzag = (value: number) => (value << 1) ^ (value >> 31);
  const [left, side] = [-64, 4_224];
  const moveTo = [command(1, 1), zigzag(left), zigzag(left)];
  const lineTo = [
    [side, 0],
    [0, side],
    [-side, 0],
  ]
    .flat()
    .map(zigzag);
  const geometry = [...moveTo, command(2, 3), ...lineTo, command(7, 1)].flatMap(varint);
  const tags = [0, 0];
  const feature = [...bytesField(2, tags), ...varintField(3, 3), ...bytesField(4, geometry)];
  const textValue = bytesField(1, [...Buffer.from('ocean')]);
  const layer = [
    ...varintField(15, 2),
    ...bytesField(1, [...Buffer.from('water')]),
    ...bytesField(2, feature),
    ...bytesField(3, [...Buffer.from('kind')]),
    ...bytesField(4, textValue),
    ...varintField(5, 4_096),
  ];
  return Buffer.from(bytesField(3, layer));
}

const varintField = (field: number, value: number) => [...varint(field << 3), ...varint(value)];
const bytesField = (field: number, bytes: readonly number[]) => [
  ...varint((field << 3) | 2),
  ...varint(bytes.length),
  ...bytes,
];

/** Seven bits a byte, the least first, as both formats have it. */
function varint(value: number): number[] {
  const bytes = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
