/**
 * For: the API keys of your organisation and of those below it: what each may do, from where, and until when.
 * Not for: the addresses that all keys of an organisation may be used from; `organisations.updateAllowList` says those.
 */
import { idInPath } from './path.ts'
import { walkPages } from './record-pages.ts'
import type { CallOptions, Transport } from './transport.ts'
import type {
  ApiKey,
  ApiKeyChanges,
  ApiKeyPage,
  ApiKeyQuery,
  CreatedApiKey,
  NewApiKey,
  NewKeyRoll,
} from './types-access.ts'

const path = '/v3/api-keys'

export class ApiKeys {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Keep its `key` at once: it is shown this one time.
   *
   * @throws EkkoApiError NOT_FOUND, MAX_KEYS_REACHED, UNPROCESSABLE_ENTITY
   * @example const { key } = await ekko.apiKeys.create({ name: 'bookkeeping', scopes: ['funds:read'] })
   */
  async create(apiKey: NewApiKey = {}, options: CallOptions = {}): Promise<CreatedApiKey> {
    return this.#transport.post(path, apiKey, options)
  }

  /** One page, newest first; without the keys themselves. @throws EkkoApiError NOT_FOUND, UNPROCESSABLE_ENTITY */
  async list(query: ApiKeyQuery = {}, options: CallOptions = {}): Promise<ApiKeyPage> {
    return this.#transport.get(path, options, query)
  }

  /** Every key, page after page as you consume them. @throws EkkoError as `list`, and UNREADABLE_ANSWER */
  iterate(
    query: ApiKeyQuery = {},
    options: Omit<CallOptions, 'idempotencyKey'> = {},
  ): AsyncGenerator<ApiKey, void, undefined> {
    return walkPages(query, (page) => this.list(page, options), 'id')
  }

  /** @throws EkkoApiError NOT_FOUND */
  async retrieve(apiKeyId: string, options: CallOptions = {}): Promise<ApiKey> {
    return this.#transport.get(`${path}/${idInPath(apiKeyId)}`, options)
  }

  /** Changes what is named. @throws EkkoApiError NOT_FOUND, CONFLICT, UNPROCESSABLE_ENTITY */
  async update(apiKeyId: string, changes: ApiKeyChanges, options: CallOptions = {}): Promise<ApiKey> {
    return this.#transport.patch(`${path}/${idInPath(apiKeyId)}`, changes, options)
  }

  /**
   * Replaces a key by one that may do the same. The old one works for `graceHours` more; put the new one in place until then.
   *
   * @throws EkkoApiError NOT_FOUND, CONFLICT, MAX_KEYS_REACHED
   * @example const { key } = await ekko.apiKeys.roll(apiKeyId, { graceHours: 24 })
   */
  async roll(apiKeyId: string, roll: NewKeyRoll, options: CallOptions = {}): Promise<CreatedApiKey> {
    return this.#transport.post(`${path}/${idInPath(apiKeyId)}/roll`, roll, options)
  }

  /**
   * Stops a key at once.
   *
   * @throws EkkoApiError NOT_FOUND; also when an earlier attempt of this very call stopped it and only its answer was lost
   */
  async revoke(apiKeyId: string, options: CallOptions = {}): Promise<void> {
    return this.#transport.delete(`${path}/${idInPath(apiKeyId)}`, options)
  }
}
