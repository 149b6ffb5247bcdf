/**
 * Pure: what a receipt says for ever. It is signed as it stands, so nothing that can change later is in it: what becomes of
 * the money is `money-state.ts`. Nothing that says who the shopper is, either: the address of a receipt may be passed on.
 * Law: the parts add up to what was paid, by project and by kind, and the estimate can be derived again from what is here.
 */
import { decimalToMinor, exponentOf, isCurrency, minorToDecimal } from '../kernel/money.ts'

/** In the protected header of its signature, so that nothing else we sign can pass for a receipt. */
export const receiptType = 'ekko-receipt+jwt'
export const receiptSchema = 1

const components = ['impact', 'impactTax', 'serviceFee', 'serviceFeeTax'] as const
type Component = (typeof components)[number]
/** Decimal text in major units, for example `1.64`. */
type Decimals = Readonly<Record<Component, string>>

export interface ReceiptProject {
  readonly id: string
  readonly name: string
  /** `credit` buys credits, `contribution` gives money. */
  readonly kind: 'credit' | 'contribution'
  readonly impactPartner: string
  /** ISO 3166-1 alpha-3. */
  readonly countryCode: string
  readonly region: string
  readonly standard: string | null
  readonly registry: string | null
  readonly deliveryYear: number | null
  /** Grams of CO2e that the credits stand for. */
  readonly grams: number | null
  readonly amounts: Decimals
  /** Invented, in a sandbox. */
  readonly sample: boolean
}

/** The API's own names, so that `ekko footprint verify` reads it. */
export interface ReceiptEstimate {
  readonly kind: 'carbon' | 'nature'
  readonly grams?: number
  readonly lowGrams?: number
  readonly highGrams?: number
  readonly squareMetres?: number
  readonly lowSquareMetres?: number
  readonly highSquareMetres?: number
  readonly provenance: {
    readonly factorSet: { readonly id: string; readonly version: string; readonly sha256: string }
    /** What was estimated for; the factor set turns it into the numbers above again. */
    readonly input: unknown
  }
}

export interface Receipt {
  /** Origin of the service that issued it. */
  readonly iss: string
  /** Seconds: when it was signed. */
  readonly iat: number
  /** Its own id, which is the allocation's. */
  readonly jti: string
  readonly schema: typeof receiptSchema
  readonly environment: 'sandbox' | 'production'
  readonly contributionId: string | null
  readonly quoteId: string
  readonly paidAt: string
  readonly locale: string
  readonly merchant: string
  /** Who took the money and passes it on. */
  readonly operator: string
  readonly currency: string
  readonly total: string
  readonly amounts: Decimals
  /** What the card payment cost, out of the service fee, where the payment provider has said so. */
  readonly cardCost: string | null
  readonly projects: readonly ReceiptProject[]
  readonly estimate: ReceiptEstimate | null
  /** SHA-256 of the text that was agreed to, hex. */
  readonly consent: { readonly sha256: string; readonly locale: string; readonly at: string } | null
}

type MinorAmounts = Readonly<Record<Component, bigint>>

export interface ReceiptLine extends MinorAmounts, Omit<ReceiptProject, 'amounts'> {}

/** What the domains know of one allocation. */
export interface ReceiptFacts
  extends MinorAmounts,
    Pick<
      Receipt,
      'environment' | 'contributionId' | 'quoteId' | 'locale' | 'merchant' | 'operator' | 'currency'
    > {
  readonly allocationId: string
  readonly origin: string
  readonly paidAt: Date
  readonly total: bigint
  readonly cardCost: bigint | null
  readonly lines: readonly ReceiptLine[]
  readonly footprint: unknown
  readonly consent: Receipt['consent']
}

/** The same facts and second always give the same bytes. */
export function receiptOf(facts: ReceiptFacts, iat: number): Receipt {
  const { currency, allocationId } = facts
  const decimal = (minor: bigint) => minorToDecimal(minor, currency)
  const decimals = (of: MinorAmounts) => ({
    impact: decimal(of.impact),
    impactTax: decimal(of.impactTax),
    serviceFee: decimal(of.serviceFee),
    serviceFeeTax: decimal(of.serviceFeeTax),
  })
  return {
    iss: facts.origin,
    iat,
    jti: allocationId,
    schema: receiptSchema,
    environment: facts.environment,
    contributionId: facts.contributionId,
    quoteId: facts.quoteId,
    paidAt: facts.paidAt.toISOString(),
    locale: facts.locale,
    merchant: facts.merchant,
    operator: facts.operator,
    currency,
    total: decimal(facts.total),
    amounts: decimals(facts),
    cardCost: facts.cardCost === null ? null : decimal(facts.cardCost),
    projects: facts.lines.map((line) => projectOf(line, decimals(line))),
    estimate: estimateOf(facts.footprint),
    consent: facts.consent && consentOf(facts.consent),
  }
}

function projectOf(line: ReceiptLine, amounts: Decimals): ReceiptProject {
  const {
    id,
    name,
    kind,
    impactPartner,
    countryCode,
    region,
    standard,
    registry,
    deliveryYear,
    grams,
    sample,
  } = line
  return {
    id,
    name,
    kind,
    impactPartner,
    countryCode,
    region,
    standard,
    registry,
    deliveryYear,
    grams,
    amounts,
    sample,
  }
}

/** The text itself names the merchant and the projects already; its hash proves which one it was. */
function consentOf({ sha256, locale, at }: NonNullable<Receipt['consent']>): Receipt['consent'] {
  return { sha256, locale, at }
}

const figures = {
  carbon: ['grams', 'lowGrams', 'highGrams'],
  nature: ['squareMetres', 'lowSquareMetres', 'highSquareMetres'],
} as const

/** Of the quote's estimate the figures and what they came from; factors are in the published factor set. */
function estimateOf(footprint: unknown): ReceiptEstimate | null {
  const { kind, provenance, ...rest } = (footprint ?? {}) as Partial<ReceiptEstimate>
  if ((kind !== 'carbon' && kind !== 'nature') || !provenance?.factorSet) return null
  const { id, version, sha256 } = provenance.factorSet
  const numbers = Object.fromEntries(figures[kind].map((name) => [name, rest[name]]))
  return { kind, ...numbers, provenance: { factorSet: { id, version, sha256 }, input: provenance.input } }
}

/** The estimate's central value and its bounds, in its own unit. */
export function rangeOfEstimate(estimate: ReceiptEstimate): { central: number; low: number; high: number } {
  const [central, low, high] = figures[estimate.kind].map((name) => estimate[name]!) as [
    number,
    number,
    number,
  ]
  return { central, low, high }
}

/**
 * A receipt in content whose signature was verified.
 * @throws Error saying why this version cannot read it
 */
export function readReceipt(content: Readonly<Record<string, unknown>>): Receipt {
  const receipt = content as unknown as Receipt
  if (receipt.schema !== receiptSchema)
    throw new Error(
      `the receipt is of schema ${JSON.stringify(content.schema)}; this version reads ${receiptSchema}`,
    )
  const texts = [receipt.iss, receipt.jti, receipt.paidAt, receipt.merchant, receipt.currency, receipt.total]
  if (texts.some((text) => typeof text !== 'string') || !isCurrency(receipt.currency))
    throw new Error('the receipt lacks what every receipt has')
  if (!Array.isArray(receipt.projects) || typeof receipt.amounts !== 'object' || receipt.amounts === null)
    throw new Error('the receipt says nothing of where the money went')
  return receipt
}

/** What does not add up, in words; nothing when all is well. */
export function receiptFaults(receipt: Receipt): string[] {
  const { total, amounts, projects, currency } = receipt
  const minor = (text: unknown) => decimalToMinor(String(text), exponentOf(currency))
  const adds = (name: string, whole: string, parts: readonly unknown[]) => {
    const sum = parts
      .map(minor)
      .reduce((all, part) => (all === undefined || part === undefined ? undefined : all + part), 0n)
    return sum !== undefined && sum === minor(whole) ? [] : [`${name}: ${parts.join(' + ')} is not ${whole}`]
  }
  return [
    ...adds(
      'what was paid',
      total,
      components.map((component) => amounts[component]),
    ),
    ...components.flatMap((component) =>
      adds(
        component,
        amounts[component],
        projects.map((project) => project.amounts?.[component]),
      ),
    ),
  ]
}
