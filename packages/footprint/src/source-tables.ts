// The tables that factor sets are built from: which they are, and how a row and a rounded number are taken.

import type { CsvRecord } from './csv.ts'

/** Every source the builder reads. */
export const SOURCE_FILES = [
  'basket_components.csv',
  'baskets.csv',
  'countries.csv',
  'country_ratio_v1.csv',
  'cpi_index_2022eq100.csv',
  'epa_supply_chain_ghg_v1.3.0_naics6_usd2022.csv',
  'fx_2022_avg_lcu_per_usd.csv',
  'mcc_to_naics.csv',
  'nature_characterisation_factors.csv',
  'uncertainty.csv',
  'uncertainty_intervals.csv',
] as const
export type SourceFile = (typeof SOURCE_FILES)[number]

export type SourceTables = Record<SourceFile, CsvRecord[]>

/** The parsed tables and the SHA-256 of the file that each came from. */
export interface Sources {
  tables: SourceTables
  sha256: Record<SourceFile, string>
}

/** The first row with this value in the column. Throws when there is none. */
export function findRow(tables: SourceTables, file: SourceFile, column: string, value: string): CsvRecord {
  const row = tables[file].find((candidate) => candidate[column] === value)
  if (!row) throw new Error(`${file} has no row with ${column} ${value}`)
  return row
}

/** Rounded to decimals as the published tables are, so that no last bit depends on the machine. */
export function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals))
}
