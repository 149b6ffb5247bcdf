/**
 * Making a quote: the estimate, and the terms that stay as they are for as long as the quote can be paid under.
 */
import type { Footprint, NewQuote } from '@ekko/contract/quote-resources'
import type { FactorSet } from '@ekko/footprint/factor-set'
import { type DatedRates, MAX_RATE_AGE_DAYS } from '@ekko/footprint/purchase'
import { isCurrency, parseAmount, toMajor } from '../kernel/money.ts'
import { refuseField } from '../kernel/refusal.ts'
import { type OrganisationRow, refuseDeactivated } from '../organisations/organisation.ts'
import { amountsOfProduct, projectsOfProduct } from '../organisations/product.ts'
import { type ChooseProjects, contributionPartners, offered, type Projects } from '../projects/projects.ts'
import { cardPriceOf } from './card-cost.ts'
import { footprintOf } from './estimator.ts'
import { amountsFor } from './offer.ts'
import { itemsByCategory } from './order-item.ts'
import type { CostPolicy } from './payment-cost.ts'
import type { Terms } from './quote.ts'
import type { Rates } from './rates.ts'
import { impactTaxPpm, serviceFeeTaxPpm } from './sales-tax.ts'

export interface Purchase
  extends Pick<NewQuote, 'consumer' | 'merchant' | 'transaction' | 'orderItems' | 'projectFilters'> {
  readonly impactType?: 'carbon' | 'nature' | null | undefined
}

export interface Quote {
  readonly impactType: 'carbon' | 'nature'
  readonly currency: string
  readonly transactionMinor: bigint
  readonly footprint: Footprint
  readonly terms: Terms
}

export interface QuoteSources {
  readonly factorSet: FactorSet
  readonly rates: Rates
  readonly projects: Projects
  readonly costPolicy: CostPolicy
}

/** @throws Refusal for whatever in the purchase cannot be quoted */
export async function makeQuote(
  sources: QuoteSources,
  organisation: OrganisationRow,
  purchase: Purchase,
  locale: string,
  now: Date,
): Promise<Quote> {
  const { factorSet } = sources
  refuseDeactivated(organisation)
  const { product } = organisation
  const impactType = purchase.impactType ?? product.impactType ?? 'carbon'
  const currency = purchase.transaction.currencyCode
  if (!isCurrency(currency)) {
    throw refuseField('UNSUPPORTED_CURRENCY', '/transaction/currencyCode', 'not a current ISO 4217 currency')
  }
  const transactionMinor = parseAmount(purchase.transaction.amount, currency, '/transaction/amount')
  if (!factorSet.countries.has(purchase.consumer.countryCode)) {
    throw refuseField('UNKNOWN_COUNTRY', '/consumer/countryCode', 'not an ISO 3166-1 alpha-3 country code')
  }
  const { perUsd, rates } = await exchangeOf(sources, currency, now)
  const amountMajor = toMajor(transactionMinor, currency)
  const footprint = footprintOf(factorSet, {
    impactType,
    ...merchantOf(organisation, purchase),
    amountMajor,
    currency,
    locale,
    on: now,
    items: itemsByCategory(factorSet, purchase.orderItems, { currency, amountMajor }),
    rates,
  })
  const all = await sources.projects.list(organisation.rootId, currency)
  const nearCountry = nearFor(purchase, impactType === 'nature' ? 'contribution' : 'credits')
  const choose: ChooseProjects = (fitting) => projectsOfProduct(fitting, product)
  const projects = offered(all, impactType, nearCountry, choose)
  const partnerIds =
    impactType === 'carbon' ? contributionPartners(all, nearFor(purchase, 'contribution'), choose) : undefined
  const { cardPrices, limitPpm, highPpm } = sources.costPolicy
  const pricing = {
    serviceFeePpm: organisation.serviceFeePpm,
    serviceFeeTaxPpm: serviceFeeTaxPpm(purchase.consumer.countryCode),
    impactTaxPpm,
    cardPrice: cardPriceOf(currency, perUsd, cardPrices),
  }
  const terms: Terms = {
    kind: impactType === 'carbon' ? 'credit' : 'contribution',
    ...pricing,
    highCostPpm: highPpm,
    hierarchy: organisation.path.map((organisationId, level) => ({
      organisationId,
      relativePpm: organisation.relativeSharesPpm[level]!,
    })),
    projects: projects.map((project) => ({
      projectId: project.id,
      impactPartnerId: project.impactPartnerId,
      tonnePriceMinor: impactType === 'carbon' ? Number(project.unitPriceMinor) : null,
    })),
    ...(partnerIds && { contributionPartnerIds: partnerIds }),
    ...amountsOfProduct(amountsFor(currency, perUsd, pricing, limitPpm), product, currency),
  }
  return { impactType, currency, transactionMinor, footprint, terms }
}

/** Units of the currency for a dollar; imported rates are looked for only where the factor set has none of its own. */
async function exchangeOf(
  { factorSet, rates }: QuoteSources,
  currency: string,
  now: Date,
): Promise<{ perUsd: number; rates?: DatedRates }> {
  const known = factorSet.currencies.get(currency)
  if (known) return { perUsd: known.rate.perUsd }
  const found = await rates.find(currency, now.toISOString().slice(0, 10))
  if (!found) {
    throw refuseField(
      'UNSUPPORTED_CURRENCY',
      '/transaction/currencyCode',
      `the factor set has no exchange rate for ${currency} and none of the last ${MAX_RATE_AGE_DAYS} days was imported; ` +
        'send the purchase in another currency, or ask the operator to run `ekko rates import`',
    )
  }
  return { perUsd: found.perUsd[currency]!, rates: found }
}

/** What the request says of the merchant; what it does not say is taken from the organisation. */
function merchantOf(organisation: OrganisationRow, purchase: Purchase): { mcc: string; countryCode: string } {
  const mcc = purchase.merchant?.mcc ?? organisation.mcc
  if (mcc === null) {
    throw refuseField(
      'MERCHANT_REQUIRED',
      '/merchant/mcc',
      'required: the organisation has no mcc of its own',
    )
  }
  return { mcc, countryCode: purchase.merchant?.address?.countryCode ?? organisation.address.countryCode! }
}

/** The country that projects should be near, if they should; said for all of them, or for credits or contributions alone. */
function nearFor(
  { consumer, projectFilters }: Purchase,
  use: 'credits' | 'contribution',
): string | undefined {
  const wanted = projectFilters?.matchConsumerLocation ?? projectFilters?.[use]?.matchConsumerLocation
  return wanted ? consumer.countryCode : undefined
}
