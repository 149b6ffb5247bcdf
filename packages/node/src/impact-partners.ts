/**
 * For: the organisations that run projects.
 * Not for: the projects themselves; `projects` lists them, and the operator's `managedProjects` keeps them.
 */
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { ImpactPartner } from './types.ts'
import type { ImpactPartnerChanges, NewImpactPartner } from './types-operator.ts'

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

  /** For the operator, with a key of the root organisation. @throws EkkoApiError FORBIDDEN, CLAIM_REFUSED, CONFLICT */
  async create(partner: NewImpactPartner, options: CallOptions = {}): Promise<ImpactPartner> {
    return this.#transport.json({
      ...options,
      method: 'POST',
      path: '/v3/operator/impact-partners',
      body: partner,
    })
  }

  /** Changes what is named; for the operator. @throws EkkoApiError FORBIDDEN, NOT_FOUND, CLAIM_REFUSED, CONFLICT */
  async update(
    impactPartnerId: string,
    changes: ImpactPartnerChanges,
    options: CallOptions = {},
  ): Promise<ImpactPartner> {
    return this.#transport.json({
      ...options,
      method: 'PATCH',
      path: `/v3/operator/impact-partners/${idInPath(impactPartnerId)}`,
      body: changes,
    })
  }
}
