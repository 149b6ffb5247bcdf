/**
 * For: the one webhook endpoint that posts to this shop.
 * Not for: receiving; receiver.ts does.
 * Law: after it there is exactly one endpoint with our address, and we hold its secret.
 */
import { EkkoApiError, type EkkoClient } from '@ekko/node'
import type { EnrolmentParts } from './enrolment.ts'

const callLimit = { timeoutMs: 5_000 }
const keptSecrets = 2

export const enrolEndpoint = async (parts: EnrolmentParts, organisationId: string): Promise<void> => {
  const { client, state, webhookUrl, log } = parts
  const known = state.read().endpoint
  const registered = await client.webhookEndpoints.list(callLimit)
  const isOurs = registered.some(
    ({ id, url, status }) => id === known?.id && url === webhookUrl && status === 'enabled',
  )
  if (isOurs) return
  // One that we hold no secret for would post what we must refuse; one with an old address posts to nobody.
  const stale = registered.filter(({ id, url }) => id === known?.id || url === webhookUrl)
  for (const { id } of stale) await deleteIfThere(client, id)
  const made = await client.webhookEndpoints.create({ url: webhookUrl, organisationId }, callLimit)
  const secrets = [made.secret, ...(known?.secrets ?? [])].slice(0, keptSecrets)
  await state.change((now) => ({ ...now, endpoint: { id: made.id, url: made.url, secrets } }))
  log(`Webhooks come to ${made.url}.`)
}

const deleteIfThere = async (client: EkkoClient, endpointId: string): Promise<void> => {
  try {
    await client.webhookEndpoints.delete(endpointId, callLimit)
  } catch (error) {
    if (!(error instanceof EkkoApiError && error.status === 404)) throw error
  }
}
