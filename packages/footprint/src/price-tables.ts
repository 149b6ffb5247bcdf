// The price side of a factor set: exchange rates, and the price index that deflates each currency.

import { number, text } from './csv.ts'
import type { CountryLine, CurrencyLine, PriceLine } from './factor-set-file.ts'
import type { SourceTables } from './source-tables.ts'

// A currency is deflated with the prices of its home country. Listed, not guessed: many currencies serve
// several countries, and BGN and HRK no longer serve any.
const CURRENCY_HOMES: Record<string, string> = {
  ...{ USD: 'USA', EUR: 'EMU', JPY: 'JPN', BGN: 'BGR', CZK: 'CZE', DKK: 'DNK', GBP: 'GBR', HUF: 'HUN' },
  ...{ PLN: 'POL', RON: 'ROU', SEK: 'SWE', CHF: 'CHE', ISK: 'ISL', NOK: 'NOR', HRK: 'HRV', RUB: 'RUS' },
  ...{ TRY: 'TUR', AUD: 'AUS', BRL: 'BRA', CAD: 'CAN', CNY: 'CHN', HKD: 'HKG', IDR: 'IDN', ILS: 'ISR' },
  ...{ INR: 'IND', KRW: 'KOR', MXN: 'MEX', MYR: 'MYS', NZD: 'NZL', PHP: 'PHL', SGD: 'SGP', THB: 'THA' },
  ...{ ZAR: 'ZAF', TWD: 'TWN' },
}

/** Every currency with an exchange rate of the base year. Throws when its home country is not known here. */
export function buildCurrencies(tables: SourceTables): CurrencyLine[] {
  const indexed = new Set(tables['cpi_index_2022eq100.csv'].map((row) => text(row, 'iso3')))
  return tables['fx_2022_avg_lcu_per_usd.csv'].map((row) => {
    const currency = text(row, 'currency')
    const home = CURRENCY_HOMES[currency]
    if (!home) throw new Error(`fx_2022_avg_lcu_per_usd.csv ${currency}: its home country is not known`)
    // The World Bank has no series for Taiwan. Its currency is deflated with US prices, and every result says so.
    const standIn = !indexed.has(home)
    return [currency, number(row, 'lcu_per_usd_2022'), standIn ? 'USA' : home, standIn]
  })
}

/** Only the series that some currency of the set can need. Throws when a series has a gap. */
export function buildPrices(
  tables: SourceTables,
  currencies: CurrencyLine[],
  countries: CountryLine[],
): PriceLine[] {
  const euro = countries.filter(([, , currency]) => currency === 'EUR').map(([iso3]) => iso3)
  const needed = new Set([...currencies.map(([, , home]) => home), ...euro])
  const rows = tables['cpi_index_2022eq100.csv'].filter((row) => needed.has(text(row, 'iso3')))
  return rows.map((row) => {
    const country = text(row, 'iso3')
    const years = Object.keys(row)
      .filter((column) => column !== 'iso3' && row[column] !== '')
      .map(Number)
    const firstYear = Math.min(...years)
    const indices = years.map((year, i) => {
      if (year !== firstYear + i) throw new Error(`cpi_index_2022eq100.csv ${country}: ${year} follows a gap`)
      return number(row, String(year))
    })
    return [country, firstYear, indices]
  })
}
