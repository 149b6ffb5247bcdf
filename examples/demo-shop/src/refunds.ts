/**
 * For: giving a contribution back when the shop's owner presses the button.
 * Not for: refunds of orders; there is no money in them.
 * Law: only what this shop received can be given back, and pressing twice is one refund.
 */
import { type EkkoClient, EkkoError } from '@ekko/node'
import type { StateFile } from './state.ts'

export type RefundOutcome = 'done' | 'pending' | (string & Record<never, never>)

/** `done`, `pending`, or the code of the error. */
export const refund = async (
  client: EkkoClient,
  state: StateFile,
  form: URLSearchParams,
): Promise<RefundOutcome> => {
  const fundsAllocationId = form.get('fundsAllocationId')
  const press = form.get('press') ?? ''
  const isOurs = state.read().events.some(({ event }) => event.fundsAllocationId === fundsAllocationId)
  if (!fundsAllocationId || !isOurs || !/^[0-9a-f-]{36}$/.test(press)) return 'NOT_FOUND'
  try {
    const options = { idempotencyKey: `refund-${press}`, timeoutMs: 8_000 }
    const reversal = { reason: 'Refunded in the demo shop' }
    return (await client.allocations.reverse(fundsAllocationId, reversal, options)).status
  } catch (error) {
    if (error instanceof EkkoError) return error.code
    throw error
  }
}
