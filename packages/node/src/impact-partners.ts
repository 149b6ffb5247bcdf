/**
 * For: the organisations that run projects.
 * Not for: the projects themselves; `projects` lists them.
 */
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { ImpactPartner } from './types.ts'

export class ImpactPartners {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  async list(options: CallOptions = {}): Promise<ImpactPartner[]> {
    return this.#transport.json({ ...options, method: 'GET', path: '/v3/impact-partners' })
  }

  /** @throws EkkoApiError NOT_FOUND */
  async retrieve(impactPartnerId: string, options: CallOptions = {}): Promise<ImpactPartner> {
    return this.#transport.json({
      ...options,
      method: 'GET',
      path: `/v3/impact-partners/${idInPath(impactPartnerId)}`,
    })
  }
}
