// What an estimate must be: the published worked examples to the gram, refusals that say what is accepted, and
// the arithmetic laws that hold for every purchase.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CarbonEstimate, NatureEstimate } from './footprint.ts'
import { estimate } from './footprint.ts'
import { loadFactorSet } from './node-factor-sets.ts'
import type { Purchase } from './purchase.ts'
import { REFUSALS } from './purchase.ts'

const set = await loadFactorSet()
const epa = await loadFactorSet('epa-us', '1.0.0')

const GROCERIES = { mcc: '5411', country: 'GBR', amount: 50, currency: 'GBP', date: '2024-06-30' } as const

function carbon(purchase: Omit<Purchase, 'kind'>): CarbonEstimate {
  const result = estimate(set, { ...purchase, kind: 'carbon' })
  if (result.outcome !== 'estimated') throw new Error(JSON.stringify(result))
  return result
}

function nature(purchase: Omit<Purchase, 'kind'>): NatureEstimate {
  const result = estimate(set, { ...purchase, kind: 'nature' })
  if (result.outcome !== 'estimated') throw new Error(JSON.stringify(result))
  return result
}

function refusal(purchase: object): string {
  const result = estimate(set, { kind: 'carbon', ...GROCERIES, ...purchase } as Purchase)
  if (result.outcome !== 'refused') throw new Error(`not refused: ${JSON.stringify(result)}`)
  expect(result.message).toContain(REFUSALS[result.code])
  return result.code
}

describe('the worked examples of the method', () => {
  const examples = [
    {
      purchase: GROCERIES,
      grams: [18760.5, 7504.2, 46920],
      m2: [6.1686, 53.5545, 4.2024, 2.4763, 66.4018],
    },
    {
      purchase: { mcc: '5812', country: 'USA', amount: 100, currency: 'USD', date: '2022-07-01' },
      grams: [19400, 9797, 38412],
      m2: [6.3789, 17.796, 1.888, 0.549, 26.6119],
    },
    {
      purchase: { mcc: '4511', country: 'FRA', amount: 200, currency: 'EUR', date: '2024-07-01' },
      grams: [103764.3, 41505.7, 259514.5],
      m2: [34.1187, 16.1866, 2.976, 0.1724, 53.4537],
    },
  ]

  test.each(examples)('$purchase.mcc in $purchase.country comes out to the gram', ({ purchase, grams }) => {
    const { co2eGrams, lowGrams, highGrams } = carbon(purchase)
    for (const [i, value] of [co2eGrams, lowGrams, highGrams].entries())
      expect(value).toBeCloseTo(grams[i]!, 1)
  })

  test.each(examples)(
    '$purchase.mcc in $purchase.country comes out to the square centimetre',
    ({ purchase, m2 }) => {
      const { msaM2, breakdown: b } = nature(purchase)
      const values = [b.climateStressM2, b.landUseM2, b.pollutionM2, b.waterUseM2, msaM2]
      for (const [i, value] of values.entries()) expect(value).toBeCloseTo(m2[i]!, 4)
    },
  )

  test('the provenance shows every number that was used', () => {
    const { provenance } = carbon(GROCERIES)
    expect(provenance.factorSet).toMatchObject({
      id: 'ekko-factors',
      version: '1.0.0',
      methodVersion: '1.0.0',
    })
    expect(provenance.factorSet.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(provenance.deflator).toEqual({ country: 'GBR', year: 2024, index: 110.2878, standIn: false })
    expect(provenance.exchangeRate).toMatchObject({ currency: 'GBP', perUsd: 0.809802, year: 2022 })
    expect(provenance.baseYearUsd).toBeCloseTo(55.984, 3)
    const part = provenance.parts[0]!
    expect(part).toMatchObject({ share: 1, countryRatio: { group: 'food', value: 0.6329, trade: 0.766 } })
    expect(part.emissionFactor.total).toBeCloseTo(0.3351, 4)
    expect(part.interval).toMatchObject({
      confidence: 'A',
      countryTier: 'direct',
      carbonLow: 0.4,
      carbonHigh: 2.501,
    })
  })
})

describe('what is refused', () => {
  test.each([
    [{ kind: 'water' }, 'invalid_kind'],
    [{ mcc: '0000' }, 'unknown_mcc'],
    [{ mcc: 5411 }, 'unknown_mcc'],
    [{ mcc: '742' }, 'unknown_mcc'],
    [{ country: 'gbr' }, 'unknown_country'],
    [{ country: 'GB' }, 'unknown_country'],
    [{ country: 'XXX' }, 'unknown_country'],
    [{ currency: 'gbp' }, 'unsupported_currency'],
    [{ currency: 'ARS' }, 'unsupported_currency'],
    [{ amount: Number.NaN }, 'invalid_amount'],
    [{ amount: Number.POSITIVE_INFINITY }, 'invalid_amount'],
    [{ amount: '50' }, 'invalid_amount'],
    [{ amount: -0.01 }, 'negative_amount'],
    [{ amount: 1e13 }, 'amount_too_large'],
    [{ date: '30/06/2024' }, 'invalid_date'],
    [{ date: '2024-6-30' }, 'invalid_date'],
    [{ date: '2023-02-29' }, 'invalid_date'],
    [{ date: '2024-13-01' }, 'invalid_date'],
    [{ date: '2024-06-00' }, 'invalid_date'],
    [{ date: '2024-06-30T12:00:00Z' }, 'invalid_date'],
    [{ date: 20240630 }, 'invalid_date'],
    [{ date: '2013-12-31' }, 'date_before_index'],
    [{ date: '2021-12-31', currency: 'RUB' }, 'date_before_index'],
    [{ mcc: { toString: 1 } }, 'unknown_mcc'],
  ])('%j is %s', (change, code) => {
    expect(refusal(change)).toBe(code)
  })

  test('a leap day is a day', () => {
    expect(carbon({ ...GROCERIES, date: '2024-02-29' }).outcome).toBe('estimated')
  })
})

describe('what has no footprint of its own', () => {
  test.each([
    ['6011', 'cash'],
    ['4829', 'transfer'],
    ['6540', 'stored_value'],
    ['9311', 'tax'],
    ['9222', 'fine'],
    ['9950', 'not_consumption'],
  ])('%s is not applicable: %s', (mcc, reason) => {
    expect(estimate(set, { kind: 'carbon', ...GROCERIES, mcc })).toEqual({
      outcome: 'not_applicable',
      reason,
    })
    expect(estimate(set, { kind: 'nature', ...GROCERIES, mcc, currency: 'ARS' }).outcome).toBe(
      'not_applicable',
    )
  })
})

describe('prices', () => {
  test('a day after the index takes its last year and says so', () => {
    const late = carbon({ ...GROCERIES, date: '2031-01-01' })
    expect(late).toMatchObject({ priceYearAssumed: true, co2eGrams: carbon(GROCERIES).co2eGrams })
    expect(late.provenance.deflator.year).toBe(2024)
    const { date: _, ...undated } = GROCERIES
    expect(carbon(undated)).toMatchObject({ priceYearAssumed: true, co2eGrams: late.co2eGrams })
    expect(carbon(GROCERIES).priceYearAssumed).toBe(false)
  })

  test('an earlier pound buys more, so it weighs more', () => {
    const [early, late] = ['2015-05-05', '2024-05-05'].map((date) => carbon({ ...GROCERIES, date }).co2eGrams)
    expect(early).toBeGreaterThan(late!)
  })

  test('euro are deflated with the prices of the country, or of the euro area outside it', () => {
    const at = (country: string) =>
      carbon({ ...GROCERIES, country, currency: 'EUR', date: '2023-05-05' }).provenance.deflator
    expect(at('DEU')).toMatchObject({ country: 'DEU', year: 2023 })
    expect(at('GBR')).toMatchObject({ country: 'EMU', year: 2023 })
    expect(at('MCO')).toMatchObject({ country: 'EMU', year: 2023 })
  })

  test('US prices stand in for Taiwan, openly', () => {
    const { deflator } = carbon({ ...GROCERIES, country: 'TWN', currency: 'TWD' }).provenance
    expect(deflator).toMatchObject({ country: 'USA', standIn: true })
  })
})

describe('exchange rates of the caller', () => {
  const rates = { date: '2024-06-28', perUsd: { ARS: 912.5, COP: 4148 }, source: 'example bank' }
  const purchase = { ...GROCERIES, country: 'ARG', currency: 'ARS', amount: 91_250, rates }

  test('serve currencies that the factor set does not have', () => {
    const { co2eGrams, provenance } = carbon(purchase)
    const inDollars = carbon({ ...purchase, currency: 'USD', amount: 100, rates: undefined })
    expect(co2eGrams).toBeCloseTo(inDollars.co2eGrams, 6)
    expect(provenance.exchangeRate).toEqual({
      ...{ currency: 'ARS', perUsd: 912.5, year: 2024, date: '2024-06-28', source: 'example bank' },
    })
    expect(provenance.input.rates).toEqual({ ...rates, perUsd: { ARS: 912.5 } })
  })

  test('do not replace the rates of the factor set', () => {
    const own = { ...rates, perUsd: { GBP: 5 } }
    expect(carbon({ ...GROCERIES, rates: own })).toEqual(carbon(GROCERIES))
  })

  test.each([
    [{ date: '2024-04-01' }, 'invalid_rates'],
    [{ date: 'today' }, 'invalid_rates'],
    [{ perUsd: { ARS: 0 } }, 'invalid_rates'],
    [{ perUsd: { ARS: Number.NaN } }, 'invalid_rates'],
    [{ source: undefined }, 'invalid_rates'],
    [{ perUsd: { COP: 4148 } }, 'unsupported_currency'],
  ])('%j is %s', (change, code) => {
    expect(refusal({ ...purchase, rates: { ...rates, ...change } })).toBe(code)
  })
})

describe('the EPA set', () => {
  test('has one factor for the whole world', () => {
    const [usa, ghana] = ['USA', 'GHA'].map((country) => {
      const result = estimate(epa, {
        kind: 'carbon',
        ...GROCERIES,
        country,
        currency: 'USD',
        date: '2022-01-01',
      })
      if (result.outcome !== 'estimated') throw new Error(JSON.stringify(result))
      return result
    })
    expect(usa!.co2eGrams).toBeCloseTo(50 * 491.3, 6)
    expect(usa!.countryTier).toBe('home')
    expect(ghana!.co2eGrams).toBe(usa!.co2eGrams)
    expect(ghana!.countryTier).toBe('proxy')
    expect(ghana!.highGrams).toBeGreaterThan(usa!.highGrams)
  })

  test('counts the combustion of fuel', () => {
    const fuel = {
      kind: 'carbon',
      mcc: '5542',
      country: 'USA',
      amount: 1,
      currency: 'USD',
      date: '2022-01-01',
    } as const
    const result = estimate(epa, fuel)
    expect(result).toMatchObject({ outcome: 'estimated', co2eGrams: expect.closeTo(2535.7, 1) })
  })
})

// Rouble prices are known for 2022 only, so an earlier purchase in them is refused.
const beforeIndex = (purchase: { currency: string; date: string }) =>
  purchase.currency === 'RUB' && purchase.date < '2022'

const purchases = fc
  .record({
    mcc: fc.constantFrom(...[...set.mccs.values()].filter((mcc) => mcc.basket).map((mcc) => mcc.row.mcc)),
    country: fc.constantFrom(...set.countries.keys()),
    currency: fc.constantFrom(...set.currencies.keys()),
    date: fc.constantFrom('2014-01-01', '2019-12-31', '2022-06-15', '2024-02-29', '2030-01-01'),
    amount: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
  })
  .filter((purchase) => !beforeIndex(purchase))

function closeTo(value: number): unknown {
  return expect.closeTo(value, 9 - Math.ceil(Math.log10(Math.abs(value) + 1)))
}

describe('for every purchase', () => {
  test('the footprint is linear in the amount', () => {
    fc.assert(
      fc.property(purchases, fc.double({ min: 0.001, max: 1000, noNaN: true }), (purchase, factor) => {
        const scaled = { ...purchase, amount: purchase.amount * factor }
        expect(carbon(scaled).co2eGrams).toEqual(closeTo(carbon(purchase).co2eGrams * factor))
        expect(nature(scaled).msaM2).toEqual(closeTo(nature(purchase).msaM2 * factor))
      }),
    )
  })

  test('the same money in another currency of the base year gives the same footprint', () => {
    const perUsd = (currency: string) => set.currencies.get(currency)!.rate.perUsd
    fc.assert(
      fc.property(purchases, fc.constantFrom(...set.currencies.keys()), (purchase, currency) => {
        const one = { ...purchase, date: '2022-06-15' }
        const other = { ...one, currency, amount: (one.amount / perUsd(one.currency)) * perUsd(currency) }
        expect(carbon(other).co2eGrams).toEqual(closeTo(carbon(one).co2eGrams))
      }),
    )
  })

  test('the range holds the estimate, and the parts add up to it', () => {
    fc.assert(
      fc.property(purchases, (purchase) => {
        const c = carbon(purchase)
        expect(c.lowGrams).toBeLessThan(c.co2eGrams)
        expect(c.co2eGrams).toBeLessThan(c.highGrams)
        const grams = c.breakdown.domesticGrams + c.breakdown.importedGrams + c.breakdown.tradeMarginGrams
        expect(grams).toEqual(closeTo(c.co2eGrams))
        const n = nature(purchase)
        expect(n.lowM2).toBeLessThan(n.msaM2)
        expect(n.msaM2).toBeLessThan(n.highM2)
        expect(n.breakdown.climateStressM2).toEqual(closeTo((c.co2eGrams / 1000) * 0.32881))
      }),
    )
  })

  test('spending more never weighs less', () => {
    fc.assert(
      fc.property(purchases, fc.double({ min: 0, max: 1e6, noNaN: true }), (purchase, more) => {
        const bigger = { ...purchase, amount: purchase.amount + more }
        expect(carbon(bigger).co2eGrams).toBeGreaterThanOrEqual(carbon(purchase).co2eGrams)
        expect(nature(bigger).lowM2).toBeGreaterThanOrEqual(nature(purchase).lowM2)
      }),
    )
  })

  test('nothing costs nothing', () => {
    expect(carbon({ ...GROCERIES, amount: 0 })).toMatchObject({ co2eGrams: 0, lowGrams: 0, highGrams: 0 })
  })
})

test('whatever is thrown at it, an estimate answers', () => {
  const anything = fc.anything({ maxDepth: 1, withNullPrototype: true, withBigInt: true })
  const keys = ['kind', 'mcc', 'country', 'amount', 'currency', 'date', 'items', 'rates']
  fc.assert(
    fc.property(fc.constantFrom(...keys), anything, (key, value) => {
      const result = estimate(set, { kind: 'carbon', ...GROCERIES, [key]: value } as Purchase)
      expect(['estimated', 'refused', 'not_applicable']).toContain(result.outcome)
    }),
  )
})

test('every merchant category in every country is estimated or not applicable', () => {
  for (const country of set.countries.keys())
    for (const mcc of set.mccs.keys()) {
      const result = estimate(set, { kind: 'carbon', ...GROCERIES, country, mcc })
      if (result.outcome === 'refused') throw new Error(`${mcc} ${country}: ${result.message}`)
    }
})
