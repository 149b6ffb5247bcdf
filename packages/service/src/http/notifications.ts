/**
 * Where payment providers tell us that something happened. A notification is only a hint to look: whatever it says, the
 * provider is asked. It is answered once we have looked, so that the provider sends it again if we could not.
 */
import type { FastifyInstance } from 'fastify'
import { followHint } from '../allocations/provider-news.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Services } from '../services.ts'

/** Stripe sends a dispute with its evidence, which may be 150,000 characters. */
const notificationBytesMax = 1024 * 1024

export function registerNotifications(app: FastifyInstance, services: Services): void {
  const { context, psp } = services
  app.register(async (door) => {
    door.removeAllContentTypeParsers()
    door.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: notificationBytesMax },
      (_request, body, done) => done(null, body),
    )
    door.post(`/psp/${psp.id}/notifications`, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const verified = psp.verifyNotification(body, request.headers, context.clock.now())
      if (verified.kind === 'rejected')
        throw new Refusal('BAD_REQUEST', `the notification is refused: ${verified.code}`)
      await followHint(context, services, verified.value)
      return reply.code(204).send()
    })
  })
}
