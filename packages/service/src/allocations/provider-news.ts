/**
 * A notification of the provider, followed to what it is about. Whatever it says, the provider is asked, so that
 * duplicates, late ones and any order come to the same books. What cannot be asked now throws, so that the provider
 * sends its notification again.
 */
import {
  type ContributionSources,
  contributionOfPayment,
  refreshContribution,
} from '../contributions/payment-attempts.ts'
import type { Context } from '../kernel/context.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Outcome, PspHint } from '../payments/psp.ts'
import { followDispute } from './disputes.ts'
import { followRefund } from './refunds.ts'

/** @throws Refusal SERVICE_UNAVAILABLE when the provider does not answer; a payment that is not ours is ignored */
export async function followHint(
  context: Context,
  sources: ContributionSources,
  hint: PspHint,
): Promise<void> {
  const { psp } = sources
  const contribution = await contributionOfPayment(context, sources, hint.pspReference)
  if (!contribution) return
  // What takes money back may be told of before the payment itself.
  const { state } = await refreshContribution(context, sources, contribution)
  if (state !== 'paid') return
  if (hint.refundReference !== undefined) {
    const refund = known(await psp.fetchRefund(hint.refundReference))
    if (refund) await followRefund(context, sources, refund)
  } else if (hint.disputeReference !== undefined) {
    const dispute = known(await psp.fetchDispute(hint.disputeReference))
    if (dispute) await followDispute(context, sources, dispute)
  } else {
    const reversals = known(await psp.fetchReversals(hint.pspReference))
    for (const refund of reversals?.refunds ?? []) await followRefund(context, sources, refund)
    for (const dispute of reversals?.disputes ?? []) await followDispute(context, sources, dispute)
  }
}

/** What the provider told, or undefined for what it says does not exist. */
function known<T>(outcome: Outcome<T>): T | undefined {
  if (outcome.kind === 'unknown')
    throw new Refusal('SERVICE_UNAVAILABLE', 'the payment provider did not answer')
  return outcome.kind === 'done' || outcome.kind === 'pending' ? outcome.value : undefined
}
