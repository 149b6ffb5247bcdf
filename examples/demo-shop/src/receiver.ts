/**
 * For: receiving webhooks as a merchant should: verify, keep once, answer.
 * Not for: acting on them; the page of events shows them.
 * Law: 204 only after the event is on the disk. What cannot be verified is 400 and changes no event.
 */
import { verifyWebhook, WebhookVerificationError } from '@ekko/node'
import type { StateFile } from './state.ts'
import { plain, type Reply, type Visit } from './visit.ts'

const shownBytes = 2_048

export const receiveWebhook = async (state: StateFile, visit: Visit): Promise<Reply> => {
  const secrets = state.read().endpoint?.secrets
  // It came before our own registration was written down; the service will send it again.
  if (!secrets) return plain(503, 'No webhook endpoint is registered yet.\n')
  try {
    const event = verifyWebhook(visit.body, visit.headers, secrets)
    await keepOnce(state, String(visit.headers['webhook-id']), event)
    return { status: 204 }
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error
    await keepRefused(state, error.reason, visit.body)
    return plain(400, `Refused: ${error.reason}\n`)
  }
}

const keepOnce = (
  state: StateFile,
  webhookId: string,
  event: ReturnType<typeof verifyWebhook>,
): Promise<void> =>
  state.change((now) => {
    const isKnown = now.events.some((each) => each.webhookId === webhookId)
    const counted = now.events.map((each) =>
      each.webhookId === webhookId ? { ...each, deliveries: each.deliveries + 1 } : each,
    )
    const added = { webhookId, receivedAt: new Date().toISOString(), deliveries: 1, event }
    return { ...now, events: isKnown ? counted : [...now.events, added] }
  })

/** Kept apart and few, so that whoever sends rubbish cannot push out what is true. */
const keepRefused = (state: StateFile, reason: string, body: Buffer): Promise<void> =>
  state.change((now) => {
    const refusal = {
      receivedAt: new Date().toISOString(),
      reason,
      body: body.toString('utf8', 0, shownBytes),
    }
    return { ...now, refused: [...now.refused, refusal] }
  })
