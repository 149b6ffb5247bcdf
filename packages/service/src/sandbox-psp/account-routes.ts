/** The part of the API that tells of money already taken: disputes, reversals, settlement lines, balances and prices. */
import type { FastifyInstance } from 'fastify'
import { disputeJson, lineJson, priceJson, refundJson } from './api-answer.ts'
import { ApiError, notFound } from './api-error.ts'
import { knownId, readCurrency, readStatement } from './api-request.ts'
import { disputesOf, findDispute } from './disputes.ts'
import type { SandboxPspOptions } from './options.ts'
import { findPayment } from './payments.ts'
import { refundsOf } from './refunds.ts'
import { readBalances, readLines } from './settlement-lines.ts'

interface ById {
  Params: { id: string }
}

export function addAccount(app: FastifyInstance, sandbox: SandboxPspOptions): void {
  app.get<ById>('/v1/disputes/:id', async (request) => {
    const dispute = await findDispute(sandbox, knownId(request.params.id))
    if (dispute === undefined) throw notFound()
    return disputeJson(dispute)
  })

  app.get<ById>('/v1/payments/:id/reversals', async (request) => {
    const id = knownId(request.params.id)
    if ((await findPayment(sandbox, { id })) === undefined) throw notFound()
    const refunds = await refundsOf(sandbox.database, id)
    const disputes = await disputesOf(sandbox.database, id)
    return { refunds: refunds.map(refundJson), disputes: disputes.map(disputeJson) }
  })

  app.get('/v1/settlement-lines', async (request) => {
    const page = await readLines(sandbox, readStatement(request.query))
    if (page === undefined) throw new ApiError(422, 'invalid_request', '/after is no line')
    return { lines: page.lines.map(lineJson), hasMore: page.hasMore }
  })

  app.get('/v1/balances', async () => {
    const balances = await readBalances(sandbox)
    return {
      balances: balances.map(({ currency, balanceMinor }) => ({
        currency,
        balanceMinor: balanceMinor.toString(),
      })),
    }
  })

  app.get('/v1/prices', async (request) => priceJson(readCurrency(request.query)))
}
