/**
 * Pure: where money goes that an organisation collected itself. What the request says is kept to as far as the quote
 * allows; where a project or partner was not quoted, the money goes elsewhere and a warning says where.
 * Law: amounts, rates and quoted prices are the quote's; nothing is left over and nothing goes to somebody unnamed.
 */
import type { AllocationWarning, NewAllocation } from '@ekko/contract/allocation-resources'
import { parseAmount, toMajor } from '../kernel/money.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import type { ProjectRow } from '../projects/projects.ts'
import { type Recipient, type Split, splitOver, type Terms } from '../quotes/quote.ts'
import { creditsFor, mostAllocated, partnersOf, type QuotedPurchase } from '../quotes/quoted-offer.ts'

/** Of one allocation; more is a catalogue. */
const recipientsMax = 50

export interface AllocationPlan {
  readonly split: Split
  readonly warnings: readonly AllocationWarning[]
}

type Wanted = Pick<NewAllocation, 'credits' | 'contribution'>

interface Choice {
  readonly recipients: readonly Recipient[]
  readonly warnings: readonly AllocationWarning[]
}

/**
 * @param projects all of the root's, with their prices in the quote's currency
 * @throws Refusal UNPROCESSABLE_ENTITY, INVALID_AMOUNT, NOT_FOUND, PROJECTS_UNAVAILABLE
 */
export function planAllocation(
  wanted: Wanted,
  quoted: QuotedPurchase,
  projects: readonly ProjectRow[],
): AllocationPlan {
  const credits = wanted.credits && planCredits(wanted.credits, quoted, projects)
  const contribution = wanted.contribution && planContribution(wanted.contribution, quoted, projects)
  const parts = [credits, contribution].filter((part) => part != null)
  if (parts.length === 0) {
    throw refuseField('UNPROCESSABLE_ENTITY', '/credits', 'credits or contribution is needed')
  }
  const split = parts.map((part) => part.split).reduce(together)
  const most = mostAllocated(quoted, creditsFor(quoted))
  if (split.total > most) {
    const { currency } = quoted
    throw refuseField(
      'INVALID_AMOUNT',
      credits ? '/credits/amount' : '/contribution/amount',
      `at most ${toMajor(most, currency)} ${currency} can be allocated at once under this quote`,
    )
  }
  return { split, warnings: parts.flatMap((part) => part.warnings) }
}

function planCredits(
  { amount, projectIds }: NonNullable<NewAllocation['credits']>,
  quoted: QuotedPurchase,
  projects: readonly ProjectRow[],
): AllocationPlan {
  const { terms, currency } = quoted
  if (terms.kind !== 'credit') {
    throw refuseField('UNPROCESSABLE_ENTITY', '/credits', 'a quote for nature has contributions only')
  }
  const total = amount == null ? creditsFor(quoted)!.total : parseAmount(amount, currency, '/credits/amount')
  const named = projectIds ?? terms.projects.map(({ projectId }) => projectId)
  const { recipients, warnings } = choiceOf(named, (id, index) => {
    const path = projectIds ? `/credits/projectIds/${index}` : '/credits'
    return creditsOf(id, path, terms, projects)
  })
  return { split: splitOver(total, terms, recipients, quoted.quoteId), warnings }
}

function planContribution(
  { amount, impactPartnerIds }: NonNullable<NewAllocation['contribution']>,
  { terms, currency, quoteId }: QuotedPurchase,
  projects: readonly ProjectRow[],
): AllocationPlan {
  const total = parseAmount(amount, currency, '/contribution/amount')
  const quotedPartners = partnersOf(terms).map(asPartner)
  if (quotedPartners.length === 0) {
    throw refuseField('PROJECTS_UNAVAILABLE', '/contribution', 'no impact partner takes contributions')
  }
  const named = impactPartnerIds ?? quotedPartners.map(({ impactPartnerId }) => impactPartnerId)
  const { recipients, warnings } = choiceOf(named, (id, index) =>
    contributionOf(id, `/contribution/impactPartnerIds/${index}`, quotedPartners, projects),
  )
  return { split: splitOver(total, terms, recipients, quoteId), warnings }
}

/** Everybody once, however often they were named or stood in for another. */
function choiceOf(ids: readonly string[], choose: (id: string, index: number) => Choice): Choice {
  const choices = ids.map((id, index) => choose(id.toLowerCase(), index))
  const byId = new Map(
    choices
      .flatMap(({ recipients }) => recipients)
      .map((each) => [each.projectId ?? each.impactPartnerId, each]),
  )
  if (byId.size > recipientsMax) {
    throw new Refusal('UNPROCESSABLE_ENTITY', `one allocation can go to ${recipientsMax} at most`)
  }
  return { recipients: [...byId.values()], warnings: choices.flatMap(({ warnings }) => warnings) }
}

/**
 * A project that was not quoted makes room for all projects of its partner, as documented. One that was quoted, and is sold
 * out or retired since, makes room for the others that were; where none is left, what was promised stands.
 */
function creditsOf(id: string, path: string, terms: Terms, projects: readonly ProjectRow[]): Choice {
  const quoted = quotedCredits(terms)
  const takes = ({ projectId }: Recipient) => projects.find((each) => each.id === projectId)?.isOffered
  const taking = quoted.some(takes) ? quoted.filter(takes) : quoted
  const asked = quoted.find(({ projectId }) => projectId === id)
  if (asked) {
    if (taking.includes(asked)) return { recipients: [asked], warnings: [] }
    const message = 'a project of the quote has nothing left to sell; the credits are bought from the others'
    return { recipients: taking, warnings: [{ code: 'PROJECT_NOT_AVAILABLE', path, message }] }
  }
  const project = projects.find((each) => each.id === id)
  if (!project) throw refuseField('NOT_FOUND', path, 'no such project')
  const ofPartner = projects.flatMap((each) => {
    if (each.impactPartnerId !== project.impactPartnerId || each.type !== 'carbonCredits') return []
    return each.isOffered ? (quoted.find(({ projectId }) => projectId === each.id) ?? atListPrice(each)) : []
  })
  const message =
    ofPartner.length > 0
      ? 'the project is not in the quote; the credits are bought from all projects of its impact partner'
      : 'the project is not in the quote, and its impact partner has no credits; those of the quote are bought'
  return {
    recipients: ofPartner.length > 0 ? ofPartner : taking,
    warnings: [{ code: 'PROJECT_NOT_IN_QUOTE', path, message }],
  }
}

function contributionOf(
  id: string,
  path: string,
  quoted: readonly Recipient[],
  projects: readonly ProjectRow[],
): Choice {
  const asked = quoted.find(({ impactPartnerId }) => impactPartnerId === id)
  if (asked) return { recipients: [asked], warnings: [] }
  if (!projects.some(({ impactPartnerId }) => impactPartnerId === id)) {
    throw refuseField('NOT_FOUND', path, 'no such impact partner')
  }
  const message = 'the impact partner is not in the quote; the contribution goes to those that are'
  return { recipients: quoted, warnings: [{ code: 'PARTNER_NOT_IN_QUOTE', path, message }] }
}

function quotedCredits({ projects }: Terms): Recipient[] {
  return projects.map((project) => ({ kind: 'credit', ...project }))
}

/** Nothing, where the project has no price in the currency. */
function atListPrice({ id, impactPartnerId, unitPriceMinor }: ProjectRow): Recipient[] {
  if (unitPriceMinor === null) return []
  return [{ kind: 'credit', impactPartnerId, projectId: id, tonnePriceMinor: Number(unitPriceMinor) }]
}

const asPartner = (impactPartnerId: string): Recipient => ({
  kind: 'contribution',
  impactPartnerId,
  projectId: null,
  tonnePriceMinor: null,
})

/** Both have the same hierarchy, so shares stand in the same order. */
function together(one: Split, other: Split): Split {
  return {
    total: one.total + other.total,
    impact: one.impact + other.impact,
    impactTax: one.impactTax + other.impactTax,
    serviceFee: one.serviceFee + other.serviceFee,
    serviceFeeTax: one.serviceFeeTax + other.serviceFeeTax,
    lines: [...one.lines, ...other.lines],
    shares: one.shares.map((share, index) => ({
      ...share,
      amount: share.amount + other.shares[index]!.amount,
    })),
  }
}
