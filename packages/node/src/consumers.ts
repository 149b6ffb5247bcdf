/**
 * For: forgetting a consumer who asks for it.
 * Not for: giving money back; that is a reversal, and goes on working after.
 */
import type { CallOptions, Transport } from './transport.ts'
import type { ConsumerErasure, NewConsumerErasure } from './types-offers.ts'

export class Consumers {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Forgets for good what the sessions of one organisation said of a consumer. Contributions, records and proofs stay:
   * `consumerReference` is null in them from now on, and `customerId` of their events is empty. Doing it again is harmless.
   *
   * @throws EkkoApiError NOT_FOUND for an organisation that is not yours
   * @example await ekko.consumers.erase({ consumer: { reference: 'consumer_123' } })
   */
  async erase(erasure: NewConsumerErasure, options: CallOptions = {}): Promise<ConsumerErasure> {
    return this.#transport.post('/v3/consumers/erase', erasure, options)
  }
}
