/**
 * The sandbox provider's JSON API, for its merchant's server: bearer key, amounts as text of minor units,
 * an `Idempotency-Key` on every POST. Errors are `{ error: { code, message } }`.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Transaction } from '../kernel/database.ts'
import { equalInConstantTime } from '../kernel/secret.ts'
import { addAccount } from './account-routes.ts'
import { paymentJson, refundJson } from './api-answer.ts'
import { ApiError, notFound } from './api-error.ts'
import { knownId, readKey, readNewPayment, readNewRefund } from './api-request.ts'
import { type Action, accountActions, disputeActions, paymentActions } from './dashboard-actions.ts'
import { type Answer, answerOnce } from './idempotent-answers.ts'
import { checkoutsUrl, type SandboxPspOptions } from './options.ts'
import { createPayment, expirePayment, findPayment } from './payments.ts'
import { createRefund, findRefund, findRefundByReference } from './refunds.ts'

const bodyLimitBytes = 16_384

interface ById {
  Params: { id: string }
}

export function addApi(app: FastifyInstance, sandbox: SandboxPspOptions): void {
  app.addHook('onRequest', async (request) => authenticate(sandbox, request))
  app.setErrorHandler(answerError)
  addPayments(app, sandbox)
  addRefunds(app, sandbox)
  addAccount(app, sandbox)
  addDashboardApi(app, sandbox)
}

function authenticate(sandbox: SandboxPspOptions, request: FastifyRequest): void {
  const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  if (!equalInConstantTime(key, sandbox.apiKey.reveal())) {
    throw new ApiError(401, 'unauthorized', 'Send the API key as a bearer token')
  }
}

function addPayments(app: FastifyInstance, sandbox: SandboxPspOptions): void {
  app.post('/v1/payments', { bodyLimit: bodyLimitBytes }, async (request, reply) => {
    const key = readKey(request.headers['idempotency-key'])
    // What makes two requests the same is what was sent; "now" only decides whether a first one is acceptable.
    const answer = await answerOnce(
      sandbox,
      key,
      `POST payments ${JSON.stringify(request.body)}`,
      async (tx) => {
        const payment = await createPayment(sandbox, tx, readNewPayment(request.body, sandbox.clock.now()))
        return { status: 201, body: paymentJson(checkoutsUrl(sandbox), payment) }
      },
    )
    return send(reply, answer)
  })

  app.post<ById>('/v1/payments/:id/expire', { bodyLimit: bodyLimitBytes }, async (request, reply) => {
    const key = readKey(request.headers['idempotency-key'])
    const id = knownId(request.params.id)
    const answer = await answerOnce(sandbox, key, `POST expire ${id}`, async (tx) => ({
      status: 200,
      body: paymentJson(checkoutsUrl(sandbox), await expirePayment(sandbox, tx, id)),
    }))
    return send(reply, answer)
  })

  app.get<ById>('/v1/payments/:id', async (request) => {
    const payment = await findPayment(sandbox, { id: knownId(request.params.id) })
    if (payment === undefined) throw notFound()
    return paymentJson(checkoutsUrl(sandbox), payment)
  })

  app.get<{ Querystring: { reference?: string } }>('/v1/payments', async (request) => {
    const { reference } = request.query
    if (typeof reference !== 'string') throw new ApiError(422, 'invalid_request', 'Say which reference')
    const payment = await findPayment(sandbox, { reference })
    return { payments: payment === undefined ? [] : [paymentJson(checkoutsUrl(sandbox), payment)] }
  })
}

function addRefunds(app: FastifyInstance, sandbox: SandboxPspOptions): void {
  app.post('/v1/refunds', { bodyLimit: bodyLimitBytes }, async (request, reply) => {
    const key = readKey(request.headers['idempotency-key'])
    const answer = await answerOnce(
      sandbox,
      key,
      `POST refunds ${JSON.stringify(request.body)}`,
      async (tx) => {
        const command = readNewRefund(request.body)
        knownId(command.payment)
        return { status: 201, body: refundJson(await createRefund(sandbox, tx, command)) }
      },
    )
    return send(reply, answer)
  })

  app.get<ById>('/v1/refunds/:id', async (request) => {
    const refund = await findRefund(sandbox, knownId(request.params.id))
    if (refund === undefined) throw notFound()
    return refundJson(refund)
  })

  app.get<{ Querystring: { payment?: string; reference?: string } }>('/v1/refunds', async (request) => {
    const { payment, reference } = request.query
    if (typeof payment !== 'string' || typeof reference !== 'string') {
      throw new ApiError(422, 'invalid_request', 'Say which payment and which reference')
    }
    const refund = await findRefundByReference(sandbox, knownId(payment), reference)
    return { refunds: refund === undefined ? [] : [refundJson(refund)] }
  })
}

/** What a person does in the dashboard, for scripts and tests. */
function addDashboardApi(app: FastifyInstance, sandbox: SandboxPspOptions): void {
  const add = (path: string, act: (tx: Transaction, id: string, body: unknown) => Promise<unknown>) =>
    app.post<{ Params: { id?: string } }>(path, { bodyLimit: bodyLimitBytes }, async (request, reply) => {
      const key = readKey(request.headers['idempotency-key'])
      const id = request.params.id === undefined ? '' : knownId(request.params.id)
      const asked = `POST ${path} ${id} ${JSON.stringify(request.body ?? {})}`
      const answer = await answerOnce(sandbox, key, asked, async (tx) => ({
        status: 200,
        body: await act(tx, id, request.body),
      }))
      return send(reply, answer)
    })
  const act = (action: Action) => (tx: Transaction, id: string, body: unknown) =>
    action(sandbox, tx, id, body)
  for (const [name, action] of Object.entries(paymentActions)) {
    add(`/v1/dashboard/payments/:id/${name}`, act(action))
  }
  for (const [name, action] of Object.entries(disputeActions)) {
    add(`/v1/dashboard/disputes/:id/${name}`, act(action))
  }
  for (const [name, action] of Object.entries(accountActions)) add(`/v1/dashboard/${name}`, act(action))
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.replayed) reply.header('idempotent-replayed', 'true')
  return reply.code(answer.status).type('application/json; charset=utf-8').send(answer.body)
}

/** Refusals of ours and of Fastify (a body too large, not JSON) speak; anything else is our bug and the app's to answer. */
function answerError(error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof ApiError) {
    return reply.code(error.status).send({ error: { code: error.code, message: error.message } })
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  if (!(status >= 400 && status < 500)) throw error
  return reply.code(status).send({ error: { code: 'invalid_request', message: (error as Error).message } })
}
