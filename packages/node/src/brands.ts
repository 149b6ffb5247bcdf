/**
 * For: how an organisation looks on components and hosted pages.
 * Not for: what it offers there; `products` says that. An organisation's `brandId` names its brand.
 */
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { Brand, BrandChanges } from './types-access.ts'

export class Brands {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** @throws EkkoApiError NOT_FOUND */
  async retrieve(brandId: string, options: CallOptions = {}): Promise<Brand> {
    return this.#transport.get(`/v3/brands/${idInPath(brandId)}`, options)
  }

  /**
   * Changes what is named; open sessions change too. `corrections` of the answer tells which colours would not read well.
   *
   * @throws EkkoApiError NOT_FOUND, CLAIM_REFUSED, UNPROCESSABLE_ENTITY
   * @example await ekko.brands.update(brandId, { appearance: { colours: { accent: '#1a5f7a' } } })
   */
  async update(brandId: string, changes: BrandChanges, options: CallOptions = {}): Promise<Brand> {
    return this.#transport.patch(`/v3/brands/${idInPath(brandId)}`, changes, options)
  }
}
