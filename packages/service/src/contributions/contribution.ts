/**
 * Pure: what the shopper sees of a session's attempts to contribute.
 * A paid attempt outweighs everything; an attempt that is still at the PSP leaves the offer standing.
 */
import type { PaymentState } from '../payments/payment.ts'

export type ShownState = 'ready' | 'pending' | 'thanked' | 'failed' | 'dismissed' | 'expired'

/**
 * @param attempts newest first
 * @returns the state to show and the attempt that it is about, if any
 */
export function shownState<Attempt extends { readonly state: PaymentState }>(
  attempts: readonly Attempt[],
  session: { readonly linkExpired: boolean; readonly dismissed: boolean },
): { readonly state: ShownState; readonly attempt: Attempt | undefined } {
  const paid = attempts.find((attempt) => attempt.state === 'paid')
  if (paid) return { state: 'thanked', attempt: paid }
  const pending = attempts.find((attempt) => attempt.state === 'pending')
  if (pending) return { state: 'pending', attempt: pending }
  if (session.linkExpired) return { state: 'expired', attempt: undefined }
  const newest = attempts[0]
  if (newest?.state === 'failed') return { state: 'failed', attempt: newest }
  return { state: session.dismissed ? 'dismissed' : 'ready', attempt: newest }
}
