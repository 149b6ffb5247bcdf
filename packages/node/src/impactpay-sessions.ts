/**
 * For: offering a contribution by a link to the hosted page, for example in an e-mail or a banking app.
 * Not for: pages of your own; a post-purchase session has a component for them.
 */
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { CreatedImpactPaySession, ImpactPaySession, NewImpactPaySession } from './types-sessions.ts'

export class ImpactPaySessions {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Whoever has the `impactPayLink` may contribute, once, until it expires.
   *
   * @throws EkkoApiError FOOTPRINT_NOT_APPLICABLE, PROJECTS_UNAVAILABLE, INVALID_AMOUNT, UNSUPPORTED_CURRENCY, …
   */
  async create(session: NewImpactPaySession, options: CallOptions = {}): Promise<CreatedImpactPaySession> {
    return this.#transport.post('/v3/impactpay/sessions', session, options)
  }

  /** @throws EkkoApiError NOT_FOUND */
  async retrieve(sessionId: string, options: CallOptions = {}): Promise<ImpactPaySession> {
    return this.#transport.get(`/v3/impactpay/sessions/${idInPath(sessionId)}`, options)
  }
}
