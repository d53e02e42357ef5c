import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Position } from '#contract/geo.ts';
import { readCsv } from './csv.ts';

/** The public facts as they were published: see seeds/README.md for origin, licence and date. */
export interface Sources {
  readonly markets: readonly MarketRow[];
  readonly municipalLots: readonly MunicipalLotRow[];
  readonly traderLots: readonly TraderLotRow[];
}

export interface MarketRow {
  readonly nameKo: string;
  readonly nameEn: string;
  readonly address: string;
  readonly position: Position;
  readonly phone: string;
  readonly asOf: string;
}

export interface MunicipalLotRow {
  readonly nameKo: string;
  /** Ours, from lot-names.csv. */
  readonly id: string;
  /** Instead of the published name, where that would be mistaken for another lot's. */
  readonly shownKo: string;
  readonly nameEn: string;
  readonly addressEn: string;
  readonly bays: number;
  readonly hours: string;
  readonly free: boolean;
  readonly baseMin: string;
  readonly baseKrw: string;
  readonly addMin: string;
  readonly addKrw: string;
  readonly dayMaxKrw: string;
  readonly address: string;
  readonly position: Position;
  readonly coordQuality: string;
  readonly standardId: string;
}

export interface TraderLotRow {
  readonly nameKo: string;
  readonly bays: number;
  readonly baysAsOf: string;
}

export function readSources(folder: string): Sources {
  const rows = (file: string) => readCsv(readFileSync(join(folder, file), 'utf8'));
  const names = new Map(rows('lot-names.csv').map((row) => [row['name_ko'], row]));
  return {
    markets: rows('markets.csv').map((row) => ({
      nameKo: cell(row, 'name_ko'),
      nameEn: cell(row, 'name_en'),
      address: cell(row, 'address'),
      position: positionOf(row),
      phone: cell(row, 'phone'),
      asOf: cell(row, 'as_of'),
    })),
    municipalLots: rows('municipal-lots.csv').map((row) => {
      const named = names.get(row['name']);
      if (named === undefined) throw new Error(`lot-names.csv: no row for ${row['name']}`);
      return {
        nameKo: cell(row, 'name'),
        id: cell(named, 'id'),
        shownKo: cell(named, 'shown_ko'),
        nameEn: cell(named, 'name_en'),
        addressEn: cell(named, 'address_en'),
        bays: Number(cell(row, 'bays')),
        hours: cell(row, 'hours'),
        free: cell(row, 'free') === 'True',
        baseMin: cell(row, 'base_min'),
        baseKrw: cell(row, 'base_krw'),
        addMin: cell(row, 'add_min'),
        addKrw: cell(row, 'add_krw'),
        dayMaxKrw: cell(row, 'day_max_krw'),
        address: cell(row, 'address'),
        position: positionOf(row),
        coordQuality: cell(row, 'coord_quality'),
        standardId: cell(row, 'std_id'),
      };
    }),
    traderLots: rows('trader-lots.csv').map((row) => ({
      nameKo: cell(row, 'name_ko'),
      bays: Number(cell(row, 'bays')),
      baysAsOf: cell(row, 'bays_as_of'),
    })),
  };
}

function cell(row: Readonly<Record<string, string>>, column: string): string {
  const value = row[column];
  if (value === undefined) throw new Error(`no column "${column}"`);
  return value.trim();
}

function positionOf(row: Readonly<Record<string, string>>): Position {
  return [Number(cell(row, 'lon')), Number(cell(row, 'lat'))];
}
