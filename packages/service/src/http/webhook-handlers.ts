/**
 * The part of the second table that is about webhooks and the feed of events; `handlers.ts` takes it in.
 */
import { eventSchemas } from '@ekko/contract/events'
import type { webhookOperations } from '@ekko/contract/webhook-operations'
import { getDelivery, listDeliveries } from '../webhooks/delivery-records.ts'
import { pauseEndpoint, resumeEndpoint, rotateSecret, updateEndpoint } from '../webhooks/endpoint-changes.ts'
import { createEndpoint, deleteEndpoint, getEndpoint, listEndpoints } from '../webhooks/endpoints.ts'
import { createTestEvent, replayDelivery, replayEndpoint } from '../webhooks/replays.ts'
import type { Handlers } from './handlers.ts'

export const webhookHandlers: Pick<Handlers, keyof typeof webhookOperations> = {
  async createWebhookEndpoint({ context }, { principalId, body, newId }) {
    return { body: await createEndpoint(context, principalId, body, newId) }
  },

  async listWebhookEndpoints({ context }, { principalId }) {
    return { body: await listEndpoints(context, principalId) }
  },

  async getWebhookEndpoint({ context }, { principalId, params }) {
    return { body: await getEndpoint(context, principalId, params.id) }
  },

  async updateWebhookEndpoint({ context }, { principalId, params, body }) {
    return { body: await updateEndpoint(context, principalId, params.id, body) }
  },

  async pauseWebhookEndpoint({ context }, { principalId, params }) {
    return { body: await pauseEndpoint(context, principalId, params.id) }
  },

  async resumeWebhookEndpoint({ context }, { principalId, params }) {
    return { body: await resumeEndpoint(context, principalId, params.id) }
  },

  async rotateWebhookSecret({ context }, { principalId, params, body, newId }) {
    return { body: await rotateSecret(context, principalId, params.id, body, newId) }
  },

  async deleteWebhookEndpoint({ context }, { principalId, params }) {
    await deleteEndpoint(context, principalId, params.id)
    return {}
  },

  async createTestEvent({ context }, { principalId, params, body, newId }) {
    return { body: await createTestEvent(context, principalId, params.id, body, newId) }
  },

  async replayWebhookEndpoint({ context }, { principalId, params, body }) {
    return { body: await replayEndpoint(context, principalId, params.id, body) }
  },

  async listWebhookDeliveries({ context }, { principalId, query }) {
    return { body: await listDeliveries(context, principalId, query) }
  },

  async getWebhookDelivery({ context }, { principalId, params }) {
    return { body: await getDelivery(context, principalId, params.id) }
  },

  async replayWebhookDelivery({ context }, { principalId, params }) {
    return { body: await replayDelivery(context, principalId, params.id) }
  },

  async listEvents({ events }, { principalId, query }) {
    return { body: await events.list(principalId, query) }
  },

  async getEvent({ events }, { principalId, params }) {
    return { body: await events.get(principalId, params.id) }
  },

  async getEventSchema(_services, { params }) {
    return { body: eventSchemas[params.type] }
  },
}
