/**
 * Pure: what a quote promises and how a contribution under it is split.
 * Law: impact + impact tax + service fee + service fee tax is exactly what the consumer pays, and the profit shares of
 * the hierarchy add up to the service fee. The quote's id seeds the ties, so that what is shown is what is booked.
 */

import { ppmWhole } from '../kernel/rate.ts'
import { type Party, splitByWeight } from '../ledger/split.ts'
import type { CardPrice } from './card-cost.ts'

/** A project as offered: its name and place are kept too, because the offer must read the same for ever. */
export interface OfferedProject {
  readonly projectId: string
  readonly impactPartnerId: string
  /** Minor units for a tonne of CO2e; null where money is given without buying credits. */
  readonly tonnePriceMinor: number | null
}

/** Frozen with the quote. */
export interface Terms {
  readonly kind: 'credit' | 'contribution'
  readonly serviceFeePpm: number
  readonly serviceFeeTaxPpm: number
  readonly impactTaxPpm: number
  /** What taking the card payment is reckoned to cost. It is paid out of the service fee. */
  readonly cardPrice: CardPrice
  /** Costs that take more than this part of an amount are called high. */
  readonly highCostPpm: number
  /** Root first; `relativePpm` is what each has of its parent's part of the fee. */
  readonly hierarchy: ReadonlyArray<{ readonly organisationId: string; readonly relativePpm: number }>
  readonly projects: readonly OfferedProject[]
  /** Whom contributions can go to besides; absent where `projects` takes contributions itself. */
  readonly contributionPartnerIds?: readonly string[]
  readonly suggestionsMinor: readonly number[]
  readonly minimumMinor: number
  readonly maximumMinor: number
}

export interface SplitLine {
  readonly kind: 'credit' | 'contribution'
  readonly impactPartnerId: string
  /** Null where a partner distributes the money among its projects; never for credits. */
  readonly projectId: string | null
  /** Grams of CO2e bought; null for contributions. */
  readonly grams: number | null
  readonly impact: bigint
  readonly impactTax: bigint
  readonly serviceFee: bigint
  readonly serviceFeeTax: bigint
}

/** Minor units. */
export interface Split {
  readonly total: bigint
  readonly impact: bigint
  readonly impactTax: bigint
  readonly serviceFee: bigint
  readonly serviceFeeTax: bigint
  readonly lines: readonly SplitLine[]
  readonly shares: ReadonlyArray<{ readonly organisationId: string; readonly amount: bigint }>
}

/** Who gets an equal part: a project, or a partner itself. */
export interface Recipient {
  readonly kind: 'credit' | 'contribution'
  readonly impactPartnerId: string
  readonly projectId: string | null
  /** Minor units for a tonne of CO2e; null where no credits are bought. */
  readonly tonnePriceMinor: number | null
}

/** Over the projects of the quote. */
export function splitContribution(total: bigint, terms: Terms, quoteId: string): Split {
  return splitOver(
    total,
    terms,
    terms.projects.map((project) => ({ kind: terms.kind, ...project })),
    quoteId,
  )
}

export function splitOver(
  total: bigint,
  terms: Terms,
  recipients: readonly Recipient[],
  quoteId: string,
): Split {
  const [impact, impactTax, serviceFee, serviceFeeTax] = splitByWeight(
    total,
    componentWeights(terms),
    quoteId,
  ) as [bigint, bigint, bigint, bigint]
  const overRecipients = (amount: bigint) => splitByWeight(amount, recipients.map(asParty), quoteId)
  const [impacts, impactTaxes, fees, feeTaxes] = [impact, impactTax, serviceFee, serviceFeeTax].map(
    overRecipients,
  )
  const lines = recipients.map(({ kind, impactPartnerId, projectId, tonnePriceMinor }, index) => ({
    kind,
    impactPartnerId,
    projectId,
    grams: gramsFor(impacts![index]!, tonnePriceMinor),
    impact: impacts![index]!,
    impactTax: impactTaxes![index]!,
    serviceFee: fees![index]!,
    serviceFeeTax: feeTaxes![index]!,
  }))
  return {
    total,
    impact,
    impactTax,
    serviceFee,
    serviceFeeTax,
    lines,
    shares: passDown(serviceFee, terms, quoteId),
  }
}

const asParty = ({ projectId, impactPartnerId }: Recipient): Party => ({
  id: projectId ?? impactPartnerId,
  weight: 1n,
})

/** Weights of the four components for one unit of impact, over a common denominator. */
export function componentWeights(terms: Terms): Party[] {
  const whole = BigInt(ppmWhole)
  const fee = BigInt(terms.serviceFeePpm)
  return [
    { id: 'impact', weight: whole * whole },
    { id: 'impactTax', weight: whole * BigInt(terms.impactTaxPpm) },
    { id: 'serviceFee', weight: whole * fee },
    { id: 'serviceFeeTax', weight: fee * BigInt(terms.serviceFeeTaxPpm) },
  ]
}

/** Each level splits what it has between itself and the child on the path, so that subtotals nest. */
function passDown(serviceFee: bigint, terms: Terms, quoteId: string): Split['shares'] {
  let subtotal = serviceFee
  return terms.hierarchy.map(({ organisationId }, level) => {
    const child = terms.hierarchy[level + 1]
    if (!child) return { organisationId, amount: subtotal }
    const [kept, passed] = splitByWeight(
      subtotal,
      [
        { id: organisationId, weight: BigInt(ppmWhole - child.relativePpm) },
        { id: child.organisationId, weight: BigInt(child.relativePpm) },
      ],
      quoteId,
    ) as [bigint, bigint]
    subtotal = passed
    return { organisationId, amount: kept }
  })
}

const gramsPerTonne = 1_000_000
const milligrams = 1000

/** Grams of CO2e that the money buys, to the milligram. */
function gramsFor(impactMinor: bigint, tonnePriceMinor: number | null): number | null {
  if (tonnePriceMinor === null) return null
  return Math.round((Number(impactMinor) / tonnePriceMinor) * gramsPerTonne * milligrams) / milligrams
}

export function totalGrams(lines: readonly Pick<SplitLine, 'grams'>[]): number {
  return Math.round(lines.reduce((sum, line) => sum + (line.grams ?? 0), 0) * milligrams) / milligrams
}

/** A split as JSON: amounts as decimal text, because JSON numbers are not exact integers everywhere. */
export function splitToJson(split: Split): string {
  return JSON.stringify(split, (_key, value) => (typeof value === 'bigint' ? value.toString() : value))
}

type Stored<T> = { [K in keyof T]: T[K] extends bigint ? string : T[K] }
export type StoredSplit = Omit<Stored<Split>, 'lines' | 'shares'> & {
  readonly lines: ReadonlyArray<Stored<SplitLine>>
  readonly shares: ReadonlyArray<{ readonly organisationId: string; readonly amount: string }>
}

export function splitFromJson(stored: StoredSplit): Split {
  const components = <
    T extends Stored<Pick<SplitLine, 'impact' | 'impactTax' | 'serviceFee' | 'serviceFeeTax'>>,
  >(
    from: T,
  ) => ({
    impact: BigInt(from.impact),
    impactTax: BigInt(from.impactTax),
    serviceFee: BigInt(from.serviceFee),
    serviceFeeTax: BigInt(from.serviceFeeTax),
  })
  return {
    total: BigInt(stored.total),
    ...components(stored),
    lines: stored.lines.map((line) => ({ ...line, ...components(line) })),
    shares: stored.shares.map((share) => ({
      organisationId: share.organisationId,
      amount: BigInt(share.amount),
    })),
  }
}
