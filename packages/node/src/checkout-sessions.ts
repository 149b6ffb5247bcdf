/**
 * For: offering a contribution before a purchase, to be paid along with it.
 * Not for: allocating it once the purchase is paid; `allocations.create` does, with the session's `quoteId`.
 */
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { CheckoutSession, CreatedCheckoutSession, NewCheckoutSession } from './types-sessions.ts'

export class CheckoutSessions {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** @throws EkkoApiError FOOTPRINT_NOT_APPLICABLE, PROJECTS_UNAVAILABLE, INVALID_AMOUNT, UNSUPPORTED_CURRENCY, … */
  async create(session: NewCheckoutSession, options: CallOptions = {}): Promise<CreatedCheckoutSession> {
    return this.#transport.post('/v3/checkout/sessions', session, options)
  }

  /** @throws EkkoApiError NOT_FOUND */
  async retrieve(sessionId: string, options: CallOptions = {}): Promise<CheckoutSession> {
    return this.#transport.get(`/v3/checkout/sessions/${idInPath(sessionId)}`, options)
  }
}
