/**
 * Pure: what a consumer may add to a purchase that is not paid yet: the credits that were quoted, or for nature the first
 * amount that is suggested, and rounding up what there is to pay.
 * Law: each choice is planned as the allocation of it would be, so that what is shown is what will be booked.
 */
import { planAllocation } from '../allocations/allocation-plan.ts'
import { exponentOf, toMajor } from '../kernel/money.ts'
import type { ProjectRow } from '../projects/projects.ts'
import { type Split, totalGrams } from '../quotes/quote.ts'
import { creditsFor, mostAllocated, partnersOf, type QuotedPurchase } from '../quotes/quoted-offer.ts'
import type { CheckoutChoiceView, CheckoutTicks } from './views.ts'

export function checkoutChoices(
  quoted: QuotedPurchase,
  projects: readonly ProjectRow[],
): readonly CheckoutChoiceView[] {
  const { transactionMinor: price, currency, terms } = quoted
  const impact = impactOf(quoted)
  const up = roundUpOf(price, currency)
  const upWith = roundUpOf(price + impact.amountMinor, currency)
  const choice = (ticks: CheckoutTicks, creditsMinor: bigint, contributionMinor: bigint) =>
    choiceView(quoted, projects, { ticks, creditsMinor, contributionMinor })
  const nothing: CheckoutChoiceView = { ticks: '', totalMinor: price, added: null }
  const choices = [nothing, choice('impact', impact.creditsMinor, impact.contributionMinor)]
  const most = mostAllocated(quoted, creditsFor(quoted))
  // A box that sometimes adds nothing would be a riddle, so it is left out.
  const canRoundUp =
    partnersOf(terms).length > 0 && up > 0n && upWith > 0n && impact.amountMinor + upWith <= most
  if (!canRoundUp) return choices
  return [
    ...choices,
    choice('round-up', 0n, up),
    choice('impact round-up', impact.creditsMinor, impact.contributionMinor + upWith),
  ]
}

function impactOf(quoted: QuotedPurchase) {
  const credits = creditsFor(quoted)
  const amountMinor = credits?.total ?? BigInt(quoted.terms.suggestionsMinor[0]!)
  return credits
    ? { amountMinor, creditsMinor: amountMinor, contributionMinor: 0n }
    : { amountMinor, creditsMinor: 0n, contributionMinor: amountMinor }
}

/** To the next whole unit; of currencies without decimals to the next hundred. */
function roundUpOf(minor: bigint, currency: string): bigint {
  const step = 10n ** BigInt(exponentOf(currency) || 2)
  return (step - (minor % step)) % step
}

interface Chosen {
  readonly ticks: CheckoutTicks
  readonly creditsMinor: bigint
  readonly contributionMinor: bigint
}

function choiceView(
  quoted: QuotedPurchase,
  projects: readonly ProjectRow[],
  { ticks, creditsMinor, contributionMinor }: Chosen,
): CheckoutChoiceView {
  const amount = (minor: bigint) => (minor > 0n ? { amount: toMajor(minor, quoted.currency) } : null)
  const wanted = { credits: amount(creditsMinor), contribution: amount(contributionMinor) }
  const { split } = planAllocation(wanted, quoted, projects)
  return {
    ticks,
    totalMinor: quoted.transactionMinor + split.total,
    added: {
      amountMinor: split.total,
      creditsMinor,
      contributionMinor,
      split: {
        impactMinor: split.impact,
        impactTaxMinor: split.impactTax,
        serviceFeeMinor: split.serviceFee,
        serviceFeeTaxMinor: split.serviceFeeTax,
      },
      recipientNames: recipientNames(split, projects),
      partnerNames: partnerNames(split, projects),
      fundsGrams: totalGrams(split.lines),
    },
  }
}

function recipientNames({ lines }: Split, projects: readonly ProjectRow[]): string[] {
  const names = lines.flatMap(({ projectId, impactPartnerId }) =>
    projectId === null
      ? partnerName(impactPartnerId, projects)
      : (projects.find(({ id }) => id === projectId)?.name ?? []),
  )
  return [...new Set(names)]
}

function partnerNames({ lines }: Split, projects: readonly ProjectRow[]): string[] {
  return [...new Set(lines.flatMap(({ impactPartnerId }) => partnerName(impactPartnerId, projects)))]
}

function partnerName(id: string, projects: readonly ProjectRow[]): string | [] {
  return projects.find(({ impactPartnerId }) => impactPartnerId === id)?.partnerName ?? []
}
