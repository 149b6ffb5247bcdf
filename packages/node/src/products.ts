/**
 * For: what an organisation offers: projects, suggested amounts, the usual experience.
 * Not for: how it looks; `brands` says that. An organisation's `productId` names its product.
 */
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { Product, ProductChanges } from './types-access.ts'

export class Products {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** @throws EkkoApiError NOT_FOUND */
  async retrieve(productId: string, options: CallOptions = {}): Promise<Product> {
    return this.#transport.get(`/v3/products/${idInPath(productId)}`, options)
  }

  /**
   * Changes what is named; quotes made before stay as they were.
   *
   * @throws EkkoApiError NOT_FOUND, UNSUPPORTED_CURRENCY, INVALID_AMOUNT, UNPROCESSABLE_ENTITY
   * @example await ekko.products.update(productId, { amounts: [{ currencyCode: 'GBP', suggested: [0.5, 1, 2] }] })
   */
  async update(productId: string, changes: ProductChanges, options: CallOptions = {}): Promise<Product> {
    return this.#transport.patch(`/v3/products/${idInPath(productId)}`, changes, options)
  }
}
