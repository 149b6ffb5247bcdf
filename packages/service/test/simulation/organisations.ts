/**
 * The merchants of a lane: trees of three levels with shares that do not divide evenly, made by the service’s own use case,
 * and the purchases that their sessions are about.
 */
import type { NewPostPurchaseSession } from '@ekko/contract/session-resources'
import type { FactorSet } from '@ekko/footprint/factor-set'
import type { Context } from '../../src/kernel/context.ts'
import {
  insertOrganisation,
  type Organisations,
  organisationsIn,
} from '../../src/organisations/organisations.ts'
import { seedSampleProjects } from '../../src/projects/sample-projects.ts'
import type { Chance } from './chance.ts'

export interface Merchant {
  readonly id: string
  readonly rootId: string
}

const currencies = ['GBP', 'EUR', 'JPY', 'KWD'] as const
/** With sales taxes of 20, 19, 25.5, 0 and 0 per cent. */
const countries = ['GBR', 'DEU', 'FIN', 'JPN', 'KWT'] as const
const roots = [
  { serviceFeePpm: 200_000 },
  { serviceFeePpm: 333_333 },
  { serviceFeePpm: 175_000 },
  { serviceFeePpm: 0 },
] as const
const relativeShares = [0, 0.1, 0.25, 0.333333, 0.5, 0.6, 0.999999, 1] as const
/** No factor set has a rate for it. */
export const kwdPerUsd = 0.307
/** Of ten organisations below a root, one has the others below it. */
const childrenOfMiddle = 9

/** Makes `count` organisations in trees, roots included, and answers those that sell. */
export async function makeMerchants(
  context: Context,
  factorSet: FactorSet,
  count: number,
  chance: Chance,
): Promise<Merchant[]> {
  const organisations = organisationsIn(context.database, context.clock)
  const rootCount = Math.min(roots.length, Math.max(1, Math.floor(count / 10)))
  const merchants: Merchant[] = []
  for (let root = 0; root < rootCount; root += 1) {
    const rootId = await makeRoot(context, factorSet, roots[root]!.serviceFeePpm)
    const share = Math.floor(count / rootCount) + Number(root < count % rootCount)
    let middle = rootId
    for (let made = 1; made < share; made += 1) {
      const isMiddle = made % (childrenOfMiddle + 1) === 1
      const id = await makeChild(organisations, factorSet, isMiddle ? rootId : middle, chance)
      if (isMiddle) middle = id
      merchants.push({ id, rootId })
    }
  }
  return merchants
}

function makeRoot(context: Context, factorSet: FactorSet, serviceFeePpm: number): Promise<string> {
  const known = [...factorSet.currencies].map(([currency, { rate }]) => [currency, rate.perUsd] as const)
  const perUsd = new Map([...known, ['KWD', kwdPerUsd] as const])
  return context.database.transaction(async (tx) => {
    const wanted = described('root', 'GBP')
    const root = await insertOrganisation(tx, context.clock, {
      parent: null,
      relativeSharePpm: 0,
      serviceFeePpm,
      wanted,
    })
    await seedSampleProjects(tx, context.clock, root.id, perUsd)
    return root.id
  })
}

async function makeChild(
  organisations: Organisations,
  factorSet: FactorSet,
  parentId: string,
  chance: Chance,
): Promise<string> {
  const wanted = {
    ...described('merchant', chance.one(currencies)),
    parentOrganisationId: parentId,
    relativeProfitShare: chance.one(relativeShares),
  }
  const codes = {
    isMcc: (mcc: string) => factorSet.mccs.has(mcc),
    isCountry: (code: string) => factorSet.countries.has(code),
  }
  return (await organisations.create(parentId, wanted, codes)).id
}

function described(name: string, currencyCode: string) {
  return {
    tradingName: name,
    legalName: name,
    address: { line1: '1 Sample Street', city: 'London', postalCode: 'SW1A 1AA', countryCode: 'GBR' },
    currencyCode,
    mcc: '5992',
  }
}

const majorOf: { readonly [currency in (typeof currencies)[number]]: (chance: Chance) => number } = {
  GBP: (chance) => chance.between(1, 50_000) / 100,
  EUR: (chance) => chance.between(1, 50_000) / 100,
  JPY: (chance) => chance.between(1, 90_000),
  KWD: (chance) => chance.between(1, 90_000) / 1000,
}

export function purchaseAt(merchant: Merchant, chance: Chance): NewPostPurchaseSession {
  const currencyCode = chance.one(currencies)
  return {
    organisationId: merchant.id,
    impactType: chance.happens(0.8) ? 'carbon' : 'nature',
    consumer: { reference: `consumer-${chance.below(100_000)}`, countryCode: chance.one(countries) },
    transaction: { amount: majorOf[currencyCode](chance), currencyCode },
  }
}
