/**
 * `GET /ledger/checkpoint`: the latest signed checkpoint of the ledger, for anybody to fetch and to keep. Whoever kept one
 * can later prove that what was in the ledger then is in it still (`ekko ledger consistency`). It tells how many seals there
 * are, nothing of what they seal.
 */
import type { FastifyInstance } from 'fastify'
import { Refusal } from '../kernel/refusal.ts'
import { formatNote } from '../ledger/checkpoint.ts'
import { latestCheckpoint } from '../ledger/checkpoints.ts'
import type { Services } from '../services.ts'

const keptForS = 5

export function registerLedgerCheckpoint(app: FastifyInstance, { context }: Pick<Services, 'context'>): void {
  app.get('/ledger/checkpoint', async (_request, reply) => {
    const checkpoint = await latestCheckpoint(context.database)
    if (checkpoint === undefined) throw new Refusal('NOT_FOUND', 'nothing was sealed yet')
    return reply
      .headers({ 'access-control-allow-origin': '*', 'cache-control': `public, max-age=${keptForS}` })
      .type('text/plain; charset=utf-8')
      .send(formatNote(checkpoint))
  })
}
