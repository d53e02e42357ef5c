import type { FieldReading, NodeReport, Quality, Reading, Sample } from '../sense/sample.ts';
import { parseChoice, parseCount, parseNumber, RowProblem } from './cells.ts';
import type { Cells } from './cells.ts';

/** The columns that hold a sample; units are those of the names, an empty quality means ok. */
export const SAMPLE_COLUMNS = [
  'mm',
  'mmQuality',
  'xUt',
  'yUt',
  'zUt',
  'fieldQuality',
  'degC',
  'degCQuality',
  'seq',
  'uptimeMs',
  'supplyMv',
  'configCrc',
  'flags',
] as const;

const QUALITIES = ['ok', 'no_target', 'interference', 'saturated', 'fault'] as const;
const FLAGS = ['tamper', 'supplyLow', 'configChanged', 'calibrating'] as const;
const FLAGS_BETWEEN = ' ';

type SampleCells = Partial<Record<(typeof SAMPLE_COLUMNS)[number], string | number>>;

export function encodeSample(sample: Sample): SampleCells {
  const { distance, field, temperature, node, seq, uptimeMs } = sample;
  return {
    ...(distance && { mm: distance.value, mmQuality: qualityCell(distance.quality) }),
    ...(field && {
      xUt: field.xUt,
      yUt: field.yUt,
      zUt: field.zUt,
      fieldQuality: qualityCell(field.quality),
    }),
    ...(temperature && {
      degC: temperature.value,
      degCQuality: qualityCell(temperature.quality),
    }),
    ...(seq !== undefined && { seq }),
    ...(uptimeMs !== undefined && { uptimeMs }),
    ...(node && {
      supplyMv: node.supplyMv,
      configCrc: node.configCrc,
      flags: FLAGS.filter((flag) => node[flag]).join(FLAGS_BETWEEN),
    }),
  };
}

const qualityCell = (quality: Quality): string => (quality === 'ok' ? '' : quality);

/** Throws RowProblem; undefined for a row with neither distance nor field: that is no sample. */
export function decodeSample(cells: Cells, receivedAtMono: number): Sample | undefined {
  const distance = readingOf(cells, 'mm', 'mm');
  const field = fieldOf(cells);
  const temperature = readingOf(cells, 'degC', 'degC');
  const node = nodeOf(cells);
  const seq = parseCount(cells, 'seq');
  const uptimeMs = parseNumber(cells, 'uptimeMs');
  if (!distance && !field) return undefined;
  return {
    ...(distance && { distance }),
    ...(field && { field }),
    ...(temperature && { temperature }),
    ...(node && { node }),
    ...(seq !== undefined && { seq }),
    ...(uptimeMs !== undefined && { uptimeMs }),
    receivedAtMono,
  };
}

function readingOf(
  cells: Cells,
  column: 'mm' | 'degC',
  unit: Reading['unit'],
): Reading | undefined {
  const value = parseNumber(cells, column);
  const quality = parseChoice(cells, `${column}Quality`, QUALITIES);
  if (value !== undefined) return { value, unit, quality: quality ?? 'ok' };
  if (quality === undefined) return undefined;
  if (quality === 'ok') throw new RowProblem(column, 'a number where the quality is ok', '');
  return { value: 0, unit, quality };
}

function fieldOf(cells: Cells): FieldReading | undefined {
  const [xUt, yUt, zUt] = [
    parseNumber(cells, 'xUt'),
    parseNumber(cells, 'yUt'),
    parseNumber(cells, 'zUt'),
  ];
  const quality = parseChoice(cells, 'fieldQuality', QUALITIES);
  if (xUt !== undefined && yUt !== undefined && zUt !== undefined) {
    return { xUt, yUt, zUt, quality: quality ?? 'ok' };
  }
  if (xUt !== undefined || yUt !== undefined || zUt !== undefined) {
    const lacking = xUt === undefined ? 'xUt' : yUt === undefined ? 'yUt' : 'zUt';
    throw new RowProblem(lacking, 'all three axes or none', '');
  }
  if (quality === undefined || quality === 'ok') return undefined;
  return { xUt: 0, yUt: 0, zUt: 0, quality };
}

function nodeOf(cells: Cells): NodeReport | undefined {
  const supplyMv = parseNumber(cells, 'supplyMv');
  const configCrc = parseCount(cells, 'configCrc');
  const given = (cells['flags'] ?? '').split(FLAGS_BETWEEN).filter((flag) => flag !== '');
  const flags = given.map((flag) => parseChoice({ flags: flag }, 'flags', FLAGS));
  if (supplyMv === undefined && configCrc === undefined && flags.length === 0) return undefined;
  return {
    tamper: flags.includes('tamper'),
    supplyLow: flags.includes('supplyLow'),
    configChanged: flags.includes('configChanged'),
    calibrating: flags.includes('calibrating'),
    supplyMv: supplyMv ?? 0,
    configCrc: configCrc ?? 0,
  };
}
