/**
 * The part of the second table that is for the operator alone: impact partners, projects and what those delivered;
 * `handlers.ts` takes it in. Law: only a key of the root organisation gets past `operatorRoot`.
 */
import type { accessOperations } from '@ekko/contract/access-operations'
import { Refusal } from '../kernel/refusal.ts'
import {
  createPartner,
  createProject,
  findManaged,
  listManaged,
  updatePartner,
  updateProject,
} from '../projects/managed-projects.ts'
import { createDelivery, listDeliveries } from '../receipts/project-deliveries.ts'
import type { Services } from '../services.ts'
import type { Handlers } from './handlers.ts'

type OperatorOperation = Extract<
  keyof typeof accessOperations,
  `${string}Project` | `${string}Projects` | `${string}Partner` | `${string}Delivery` | `${string}Deliveries`
>

export const operatorHandlers: Pick<Handlers, OperatorOperation> = {
  async createImpactPartner(services, { principalId, body, newId }) {
    const rootId = await operatorRoot(services, principalId)
    return { body: await createPartner(services.context, rootId, body, newId) }
  },

  async updateImpactPartner(services, { principalId, params, body }) {
    const rootId = await operatorRoot(services, principalId)
    const partner = await updatePartner(services.context, rootId, params.id, body)
    services.onAccessChange()
    return { body: partner }
  },

  async createProject(services, { principalId, body, newId }) {
    const rootId = await operatorRoot(services, principalId)
    const project = await createProject(services.context, rootId, body, isCountryOf(services), newId)
    services.onAccessChange()
    return { body: project }
  },

  async listManagedProjects(services, { principalId, query }) {
    return { body: await listManaged(services.context, await operatorRoot(services, principalId), query) }
  },

  async getManagedProject(services, { principalId, params }) {
    const rootId = await operatorRoot(services, principalId)
    return { body: await findManaged(services.context.database, rootId, params.id) }
  },

  async updateProject(services, { principalId, params, body }) {
    const rootId = await operatorRoot(services, principalId)
    const project = await updateProject(services.context, rootId, params.id, body, isCountryOf(services))
    services.onAccessChange()
    return { body: project }
  },

  async createDelivery(services, { principalId, params, body }) {
    const rootId = await operatorRoot(services, principalId)
    return { body: await createDelivery(services.context, rootId, params.id, body) }
  },

  async listDeliveries(services, { principalId, params, query }) {
    const rootId = await operatorRoot(services, principalId)
    return { body: await listDeliveries(services.context, rootId, params.id, query) }
  },
}

/** @throws Refusal FORBIDDEN for anybody but the operator */
async function operatorRoot({ organisations }: Services, principalId: string): Promise<string> {
  const { id, parentId } = await organisations.load(principalId)
  if (parentId !== null)
    throw new Refusal('FORBIDDEN', 'this is for the operator, with a key of the root organisation')
  return id
}

function isCountryOf({ factorSet }: Services): (code: string) => boolean {
  return (code) => factorSet.countries.has(code)
}
