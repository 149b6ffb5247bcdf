/**
 * The public keys of what we sign, receipts and checkpoints of the ledger, as a JSON Web Key Set: for anybody and any page
 * to fetch and to keep. Every key there ever was is in it.
 */
import type { FastifyInstance } from 'fastify'
import { checkpointJwks } from '../ledger/checkpoints.ts'
import { publishedKeys } from '../receipts/receipt-keys.ts'
import type { Services } from '../services.ts'

/** Long enough to spare us, short enough that a new key is known before many receipts are signed with it. */
const keptForS = 300

export function registerPublishedKeys(app: FastifyInstance, { context }: Services): void {
  app.get('/.well-known/ekko-keys.json', async (_request, reply) => {
    const receipts = await publishedKeys(context)
    const checkpoints = await checkpointJwks(context.database)
    return reply
      .headers({
        'access-control-allow-origin': '*',
        'cache-control': `public, max-age=${keptForS}`,
        'cross-origin-resource-policy': 'cross-origin',
      })
      .type('application/jwk-set+json')
      .send(`${JSON.stringify({ keys: [...receipts.keys, ...checkpoints] }, null, 2)}\n`)
  })
}
