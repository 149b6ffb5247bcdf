/**
 * Sales tax on the service fee, by the consumer's country: standard VAT rates in parts per million.
 * What reaches a project is a contribution and carries none. Countries that are not listed: no tax is charged.
 * Source: the member states' published standard rates (European Commission, Taxes in Europe Database) and HMRC, 2026;
 * an operator's tax adviser decides, so this table is the place to look at before going live.
 */
const standardVatPercent: Readonly<Record<string, number>> = {
  AUT: 20,
  BEL: 21,
  BGR: 20,
  CYP: 19,
  CZE: 21,
  DEU: 19,
  DNK: 25,
  ESP: 21,
  EST: 24,
  FIN: 25.5,
  FRA: 20,
  GBR: 20,
  GRC: 24,
  HRV: 25,
  HUN: 27,
  IRL: 23,
  ITA: 22,
  LTU: 21,
  LUX: 17,
  LVA: 21,
  MLT: 18,
  NLD: 21,
  POL: 23,
  PRT: 23,
  ROU: 21,
  SVK: 23,
  SVN: 22,
  SWE: 25,
}

export function serviceFeeTaxPpm(countryCode: string): number {
  return Math.round((standardVatPercent[countryCode] ?? 0) * 10_000)
}

export const impactTaxPpm = 0
