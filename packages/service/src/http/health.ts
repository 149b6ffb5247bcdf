/** `GET /healthz`: 200 while the service can do its work, which takes its database. For load balancers and scripts. */
import type { FastifyInstance } from 'fastify'
import type { Services } from '../services.ts'

export function registerHealth(app: FastifyInstance, { context }: Services): void {
  app.get('/healthz', async (_request, reply) => {
    const reachable = await context.database.query('select 1').then(
      () => true,
      () => false,
    )
    return reply
      .code(reachable ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: reachable ? 'ok' : 'database unreachable', environment: context.environment })
  })
}
