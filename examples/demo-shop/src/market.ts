/**
 * For: where the shop pretends to sell: country, currency and language of the contribution.
 * Not for: translating the shop; its own words are English.
 */

export type CurrencyCode = 'GBP' | 'EUR' | 'USD'

export interface Market {
  readonly id: string
  readonly name: string
  /** ISO 3166-1 alpha-3, as the API takes it. */
  readonly countryCode: string
  readonly currencyCode: CurrencyCode
  /** Language of the component. */
  readonly locale: string
}

export const homeMarket: Market = {
  id: 'gb',
  name: 'United Kingdom',
  countryCode: 'GBR',
  currencyCode: 'GBP',
  locale: 'en-GB',
}

export const markets: readonly Market[] = [
  homeMarket,
  { id: 'ie', name: 'Ireland', countryCode: 'IRL', currencyCode: 'EUR', locale: 'en-IE' },
  { id: 'de', name: 'Germany', countryCode: 'DEU', currencyCode: 'EUR', locale: 'de-DE' },
  { id: 'us', name: 'United States', countryCode: 'USA', currencyCode: 'USD', locale: 'en-US' },
]

export const marketOf = (id: string | null): Market | undefined => markets.find((market) => market.id === id)

/** Whole pennies, cents, … as the shop prints them: 4797 GBP is £47.97. All three currencies have two decimals. */
export const price = (minor: number, currencyCode: CurrencyCode): string =>
  new Intl.NumberFormat('en-GB', { style: 'currency', currency: currencyCode }).format(minor / 100)
