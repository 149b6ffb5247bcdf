/**
 * What one unit of an allocation's currency is worth in the currencies that organisations are billed in, on its day. From
 * the rates that the operator imported: the factor set's are averages of a year, good for estimates and not for bills.
 * Law: frozen in the record with everything else; a rate that is not known is not guessed.
 */
import type { Context } from '../kernel/context.ts'
import { ratesIn } from '../quotes/rates.ts'
import type { Beneficiary } from './allocation.ts'

const decimals = 1e8

export async function withRates(
  { database, clock }: Pick<Context, 'database' | 'clock'>,
  beneficiaries: ReadonlyArray<Omit<Beneficiary, 'billingCurrencyExchangeRate'>>,
  currency: string,
  on: Date,
): Promise<Beneficiary[]> {
  const foreign = new Set(beneficiaries.map((each) => each.billingCurrencyCode))
  foreign.delete(currency)
  const perUsd = new Map<string, number | undefined>()
  if (foreign.size > 0) {
    const rates = ratesIn(database, clock)
    const day = on.toISOString().slice(0, 10)
    for (const code of [currency, ...foreign]) {
      perUsd.set(code, code === 'USD' ? 1 : (await rates.find(code, day))?.perUsd[code])
    }
  }
  return beneficiaries.map((each) => {
    const to = each.billingCurrencyCode
    const billingCurrencyExchangeRate = to === currency ? 1 : quotient(perUsd.get(to), perUsd.get(currency))
    return { ...each, billingCurrencyExchangeRate }
  })
}

function quotient(to: number | undefined, from: number | undefined): number | null {
  if (to === undefined || from === undefined) return null
  return Math.round((to / from) * decimals) / decimals
}
