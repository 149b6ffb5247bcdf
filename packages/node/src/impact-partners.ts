/**
 * For: the organisations that run projects.
 * Not for: the projects themselves; `projects` lists them, and the operator's `managedProjects` keeps them.
 */
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { ImpactPartner } from './types-offers.ts'
import type { ImpactPartnerChanges, NewImpactPartner } from './types-operator.ts'

export class ImpactPartners {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  async list(options: CallOptions = {}): Promise<ImpactPartner[]> {
    return this.#transport.get('/v3/impact-partners', options)
  }

  /** @throws EkkoApiError NOT_FOUND */
  async retrieve(impactPartnerId: string, options: CallOptions = {}): Promise<ImpactPartner> {
    return this.#transport.get(`/v3/impact-partners/${idInPath(impactPartnerId)}`, options)
  }

  /** For the operator, with a key of the root organisation. @throws EkkoApiError FORBIDDEN, CLAIM_REFUSED, CONFLICT */
  async create(partner: NewImpactPartner, options: CallOptions = {}): Promise<ImpactPartner> {
    return this.#transport.post('/v3/operator/impact-partners', partner, options)
  }

  /** Changes what is named; for the operator. @throws EkkoApiError FORBIDDEN, NOT_FOUND, CLAIM_REFUSED, CONFLICT */
  async update(
    impactPartnerId: string,
    changes: ImpactPartnerChanges,
    options: CallOptions = {},
  ): Promise<ImpactPartner> {
    return this.#transport.patch(
      `/v3/operator/impact-partners/${idInPath(impactPartnerId)}`,
      changes,
      options,
    )
  }
}
