/**
 * For: giving a contribution back.
 * Not for: reading what was allocated; impact records tell that.
 */
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { NewReversal, Reversal } from './types.ts'

export class Allocations {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Reverses an allocation, whole or in part (`amount` in major units). A `pending` answer is not a failure: the refund is
   * under way, and IMPACT_PAYMENT_REVERSAL follows by webhook.
   *
   * @throws EkkoApiError NOT_FOUND, CONFLICT, ALREADY_REVERSED (less is left than asked for), INVALID_AMOUNT
   * @example await ekko.allocations.reverse(fundsAllocationId, { amount: 0.6, reason: 'asked for by the consumer' })
   */
  async reverse(
    fundsAllocationId: string,
    reversal?: NewReversal,
    options: CallOptions = {},
  ): Promise<Reversal> {
    return this.#transport.json({
      ...options,
      method: 'POST',
      path: `/v3/funds/allocations/${idInPath(fundsAllocationId)}/reverse`,
      ...(reversal === undefined ? {} : { body: reversal }),
    })
  }
}
