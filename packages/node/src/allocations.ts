/**
 * For: allocating money that you collected yourself, and giving back what was allocated in whichever way.
 * Not for: reading what was allocated; impact records tell that.
 */
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { Allocation, NewAllocation, NewReversal, Reversal } from './types-allocations.ts'

export class Allocations {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Allocates under a quote. Pass an `idempotencyKey` of the purchase, so that it is never allocated twice.
   *
   * @throws EkkoApiError NOT_FOUND, INVALID_AMOUNT, PROJECTS_UNAVAILABLE, QUOTE_EXPIRED, UNPROCESSABLE_ENTITY
   * @example
   * await ekko.allocations.create(
   *   { organisationId, quoteId, credits: {}, contribution: { amount: 0.4 } },
   *   { idempotencyKey: `order-${order.id}` },
   * )
   */
  async create(allocation: NewAllocation, options: CallOptions = {}): Promise<Allocation> {
    return this.#transport.post('/v3/funds/allocations', allocation, options)
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
    return this.#transport.post(
      `/v3/funds/allocations/${idInPath(fundsAllocationId)}/reverse`,
      reversal,
      options,
    )
  }
}
