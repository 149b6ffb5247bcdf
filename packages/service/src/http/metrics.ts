/**
 * `GET /metrics`, for Prometheus. It tells how much business is done, so it asks for a key of the root organisation
 * (`authorization: Bearer ek_…`, in Prometheus `authorization.credentials`).
 */
import type { FastifyInstance } from 'fastify'
import { Refusal } from '../kernel/refusal.ts'
import type { Services } from '../services.ts'

export function registerMetrics(
  app: FastifyInstance,
  { metrics, apiKeys, organisations }: Pick<Services, 'metrics' | 'apiKeys' | 'organisations'>,
): void {
  app.get('/metrics', async (request, reply) => {
    const key = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(request.headers.authorization ?? '')?.[1]
    if (key === undefined) throw new Refusal('UNAUTHORIZED', 'send a key of the root organisation')
    // What is no operation takes a key that may do everything.
    const use = { address: request.ip, need: 'unlimitedKey' } as const
    const { organisationId } = await apiKeys.authenticate(key, use)
    const { parentId } = await organisations.load(organisationId)
    if (parentId !== null) throw new Refusal('FORBIDDEN', 'only the root organisation sees the metrics')
    return reply
      .header('cache-control', 'no-store')
      .type('text/plain; version=0.0.4; charset=utf-8')
      .send(await metrics.print())
  })
}
