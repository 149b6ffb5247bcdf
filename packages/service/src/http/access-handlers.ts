/**
 * The part of the second table that runs a tree of organisations: members, keys, allow-lists, brands and products;
 * `handlers.ts` takes it in. What is changed here is announced to every process, which would go on from memory otherwise.
 */
import type { accessOperations } from '@ekko/contract/access-operations'
import { pageOf } from '../kernel/page.ts'
import { findByBrand, showBrand, updateBrand } from '../organisations/brands.ts'
import { createKey, endKey, getKey, listKeysOf, rollKey, updateKey } from '../organisations/key-changes.ts'
import {
  getAllowList,
  listOrganisations,
  setActive,
  updateAllowList,
  updateOrganisation,
} from '../organisations/organisation-changes.ts'
import { type KnownCodes, showOrganisation } from '../organisations/organisations.ts'
import { findByProduct, showProduct, updateProduct } from '../organisations/products.ts'
import type { Services } from '../services.ts'
import type { Handlers } from './handlers.ts'
import { shownOrganisation } from './organisation-answers.ts'

type AccessOperation = Exclude<
  keyof typeof accessOperations,
  `${string}Project` | `${string}Projects` | `${string}Partner` | `${string}Delivery` | `${string}Deliveries`
>

export const accessHandlers: Pick<Handlers, AccessOperation> = {
  async listOrganisations({ context, organisations, projects }, { principalId, query }) {
    const { rows, limit } = await listOrganisations(context, principalId, query)
    const { rootId } = await organisations.load(principalId)
    const partners = await projects.partners(rootId)
    const shown = partners.map(({ id, name }) => ({ id, name }))
    return { body: pageOf(rows, limit, (row) => showOrganisation(row, shown)) }
  },

  async updateOrganisation(services, { principalId, params, body }) {
    const { context, organisations } = services
    const row = await updateOrganisation(
      context,
      organisations,
      principalId,
      params.id,
      body,
      codesOf(services),
    )
    services.onAccessChange()
    return { body: await shownOrganisation(services, row) }
  },

  async deactivateOrganisation(services, { principalId, params }) {
    const row = await setActive(services.context, services.organisations, principalId, params.id, false)
    services.onAccessChange()
    return { body: await shownOrganisation(services, row) }
  },

  async activateOrganisation(services, { principalId, params }) {
    const row = await setActive(services.context, services.organisations, principalId, params.id, true)
    services.onAccessChange()
    return { body: await shownOrganisation(services, row) }
  },

  async getAllowList({ context, organisations }, { principalId, params }) {
    return { body: await getAllowList(context, organisations, principalId, params.id) }
  },

  async updateAllowList({ context, organisations, onAccessChange }, { principal, params, body }) {
    const list = await updateAllowList(context, organisations, principal, params.id, body)
    onAccessChange()
    return { body: list }
  },

  async createApiKey({ context }, { principal, body, newId }) {
    return { body: await createKey(context, principal, body, newId) }
  },

  async listApiKeys({ context }, { principal, query }) {
    return { body: await listKeysOf(context, principal, query) }
  },

  async getApiKey({ context }, { principal, params }) {
    return { body: await getKey(context, principal, params.id) }
  },

  async updateApiKey({ context, onAccessChange }, { principal, params, body }) {
    const key = await updateKey(context, principal, params.id, body)
    onAccessChange()
    return { body: key }
  },

  async rollApiKey({ context, onAccessChange }, { principal, params, body, newId }) {
    const key = await rollKey(context, principal, params.id, body, newId)
    onAccessChange()
    return { body: key }
  },

  async revokeApiKey({ context, onAccessChange }, { principal, params }) {
    await endKey(context, principal, params.id)
    onAccessChange()
    return {}
  },

  async getBrand({ context, organisations, appearanceFaults }, { principalId, params }) {
    const row = await findByBrand(context, organisations, principalId, params.id)
    return { body: showBrand(row, appearanceFaults) }
  },

  async updateBrand(
    { context, organisations, appearanceFaults, onAccessChange },
    { principalId, params, body },
  ) {
    const row = await updateBrand(context, organisations, principalId, params.id, body)
    onAccessChange()
    return { body: showBrand(row, appearanceFaults) }
  },

  async getProduct({ context, organisations }, { principalId, params }) {
    return { body: showProduct(await findByProduct(context, organisations, principalId, params.id)) }
  },

  async updateProduct({ context, organisations, onAccessChange }, { principalId, params, body }) {
    const row = await updateProduct(context, organisations, principalId, params.id, body)
    onAccessChange()
    return { body: showProduct(row) }
  },
}

export function codesOf({ factorSet: { mccs, countries } }: Services): KnownCodes {
  return { isMcc: (mcc) => mccs.has(mcc), isCountry: (code) => countries.has(code) }
}
