/** How the API shows sessions and the contributions that were attempted in them. */
import type {
  CheckoutSession,
  ComponentState,
  ImpactPaySession,
  PostPurchaseSession,
} from '@ekko/contract/session-resources'
import type { CollectedUnderQuote } from '../allocations/collected-allocations.ts'
import { shownState } from '../contributions/contribution.ts'
import type { ContributionRow } from '../contributions/contributions.ts'
import { toMajor } from '../kernel/money.ts'
import { ppmWhole } from '../kernel/rate.ts'
import { paymentCostOf } from '../quotes/payment-cost.ts'
import { splitFromJson } from '../quotes/quote.ts'
import { showOffer } from '../quotes/quoted-offer.ts'
import { type SessionRow, statusOf } from '../sessions/sessions.ts'

export function showSession(
  session: SessionRow,
  attempts: readonly ContributionRow[],
  now: Date,
): PostPurchaseSession {
  return {
    ...head(session),
    sdkVariant: session.variant!,
    status: statusOf(session, attempts.some(isPaid), now),
    expiresAt: session.expiresAt.toISOString(),
    contributions: attempts.map((attempt) => showContribution(attempt, session)),
  }
}

/** @param payUrl address of its hosted page */
export function showImpactPaySession(
  session: SessionRow,
  attempts: readonly ContributionRow[],
  payUrl: string,
  now: Date,
): ImpactPaySession {
  return {
    ...head(session),
    status: withoutDismissal(session, attempts.some(isPaid), now),
    expiresAt: session.linkExpiresAt.toISOString(),
    impactPayLink: payUrl,
    contributions: attempts.map((attempt) => showContribution(attempt, session)),
  }
}

export function showCheckoutSession(
  session: SessionRow,
  allocations: readonly CollectedUnderQuote[],
  now: Date,
): CheckoutSession {
  const { currency } = session
  return {
    ...head(session),
    status: withoutDismissal(session, allocations.length > 0, now),
    expiresAt: session.expiresAt.toISOString(),
    ...showOffer(session),
    allocations: allocations.map(({ id, totalMinor, allocatedAt }) => ({
      fundsAllocationId: id,
      totalAmount: toMajor(totalMinor, currency),
      currencyCode: currency,
      allocatedAt: allocatedAt.toISOString(),
    })),
  }
}

/** Only who sees a component can dismiss it. */
function withoutDismissal(session: SessionRow, contributed: boolean, now: Date): CheckoutSession['status'] {
  const status = statusOf({ ...session, dismissedAt: null }, contributed, now)
  return status === 'dismissed' ? 'open' : status
}

function head(session: SessionRow) {
  return {
    sessionId: session.id,
    organisationId: session.organisationId,
    quoteId: session.quoteId,
    impactType: session.impactType,
    locale: session.locale,
    createdAt: session.createdAt.toISOString(),
    transaction: {
      amount: toMajor(session.transactionMinor, session.currency),
      currencyCode: session.currency,
    },
    footprint: session.footprint,
  }
}

const isPaid = ({ state }: ContributionRow): boolean => state === 'paid'

function showContribution(
  attempt: ContributionRow,
  session: SessionRow,
): PostPurchaseSession['contributions'][number] {
  return {
    ...showAttempt(attempt),
    fundsAllocationId: attempt.allocationId,
    createdAt: attempt.createdAt.toISOString(),
    costs: showCosts(attempt, session),
  }
}

function showCosts(attempt: ContributionRow, { terms, currency }: SessionRow) {
  const { cardCostMinor, cardCostActualMinor } = attempt
  const split = splitFromJson(attempt.split)
  const { sharePpm } = paymentCostOf(split, cardCostActualMinor ?? cardCostMinor, terms)
  return {
    cardCost: toMajor(cardCostMinor, currency),
    cardCostActual: cardCostActualMinor === null ? null : toMajor(cardCostActualMinor, currency),
    share: sharePpm / ppmWhole,
    high: paymentCostOf(split, cardCostMinor, terms).isHigh,
  }
}

export function showState(
  session: SessionRow,
  attempts: readonly ContributionRow[],
  now: Date,
): ComponentState {
  const { state, attempt } = shownState(attempts, {
    linkExpired: session.linkExpiresAt <= now,
    dismissed: session.dismissedAt !== null,
  })
  return { sessionId: session.id, state, contribution: attempt ? showAttempt(attempt) : null }
}

function showAttempt({ id, state, amountMinor, currency }: ContributionRow) {
  return { contributionId: id, status: state, amount: toMajor(amountMinor, currency), currencyCode: currency }
}
