/**
 * The dashboard's routes: pages and forms behind a signed link, on the same actions as the dashboard's API.
 * Law: a form acts once, however often it is sent; whoever has no valid link learns nothing.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isId } from '../kernel/id.ts'
import { decimalToMinor, exponentOf } from '../kernel/money.ts'
import { randomToken } from '../kernel/secret.ts'
import { ApiError } from './api-error.ts'
import { missingPage } from './checkout-page.ts'
import { type Action, accountActions, disputeActions, paymentActions } from './dashboard-actions.ts'
import { type DashboardView, overviewPage, paymentPage } from './dashboard-page.ts'
import { isDashboardPass } from './dashboard-pass.ts'
import { readOverview, readPaymentFile } from './dashboards.ts'
import { findDispute } from './disputes.ts'
import { answerOnce } from './idempotent-answers.ts'
import { type SandboxPspOptions, sandboxPspPath } from './options.ts'
import { sendPage, takeFormsOnly } from './page-answers.ts'

const formKeyChars = 24

interface Request {
  Params: { pass: string; id?: string }
  Body: Record<string, string> | undefined
}

export function addDashboard(app: FastifyInstance, sandbox: SandboxPspOptions): void {
  takeFormsOnly(app)
  app.addHook<Request>('onRequest', async (request, reply) => {
    if (isDashboardPass(request.params.pass, sandbox.apiKey, sandbox.clock.now())) return
    return sendPage(reply, 404, missingPage())
  })
  app.get<Request>('/dashboard/:pass', (request, reply) => showOverview(sandbox, request, reply))
  app.get<Request>('/dashboard/:pass/payments/:id', (request, reply) =>
    showPayment(sandbox, request, reply, request.params.id ?? ''),
  )
  addForms(app, sandbox, 'payments/:id/', paymentActions, async (id) => id)
  addForms(
    app,
    sandbox,
    'disputes/:id/',
    disputeActions,
    async (id) => (await findDispute(sandbox, id))?.paymentId,
  )
  addForms(app, sandbox, '', accountActions, async () => undefined)
}

/** @param paymentOf the payment whose page is shown afterwards; the overview when there is none */
function addForms(
  app: FastifyInstance,
  sandbox: SandboxPspOptions,
  below: string,
  actions: { readonly [name: string]: Action },
  paymentOf: (id: string) => Promise<string | undefined>,
): void {
  for (const [name, action] of Object.entries(actions)) {
    app.post<Request>(`/dashboard/:pass/${below}${name}`, async (request, reply) => {
      const id = request.params.id ?? ''
      const payment = id === '' || isId(id) ? await paymentOf(id) : undefined
      try {
        const { key = '', ...fields } = request.body ?? {}
        const body = await bodyOf(sandbox, fields, payment)
        const asked = `dashboard ${name} ${id} ${JSON.stringify(body)}`
        await answerOnce(sandbox, `dashboard ${key.slice(0, formKeyChars)} ${name}`, asked, async (tx) => ({
          status: 200,
          body: await action(sandbox, tx, id, body),
        }))
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        return payment === undefined
          ? showOverview(sandbox, request, reply, error)
          : showPayment(sandbox, request, reply, payment, error)
      }
      return reply.redirect(homeOf(request) + (payment === undefined ? '' : `/payments/${payment}`), 303)
    })
  }
}

/** What the API would have been sent. People type amounts in major units. */
async function bodyOf(
  sandbox: SandboxPspOptions,
  { amount, copies, ...fields }: Record<string, string>,
  paymentId: string | undefined,
): Promise<unknown> {
  const body: Record<string, unknown> = { ...fields }
  if (copies !== undefined) body.copies = Number(copies)
  if (amount === undefined) return body
  const file = paymentId === undefined ? undefined : await readPaymentFile(sandbox, paymentId)
  const minor = file && decimalToMinor(amount.trim(), exponentOf(file.payment.currency))
  if (minor === undefined) throw new ApiError(422, 'invalid_request', 'Type an amount such as 1.50')
  return { ...body, amountMinor: minor.toString() }
}

async function showOverview(
  sandbox: SandboxPspOptions,
  request: FastifyRequest<Request>,
  reply: FastifyReply,
  refusal?: ApiError,
): Promise<FastifyReply> {
  const page = overviewPage(viewOf(request, refusal), await readOverview(sandbox))
  return sendPage(reply, refusal?.status ?? 200, page)
}

async function showPayment(
  sandbox: SandboxPspOptions,
  request: FastifyRequest<Request>,
  reply: FastifyReply,
  id: string,
  refusal?: ApiError,
): Promise<FastifyReply> {
  const file = isId(id) ? await readPaymentFile(sandbox, id) : undefined
  if (file === undefined) return sendPage(reply, 404, missingPage())
  return sendPage(reply, refusal?.status ?? 200, paymentPage(viewOf(request, refusal), file))
}

function viewOf(request: FastifyRequest<Request>, refusal?: ApiError): DashboardView {
  return { home: homeOf(request), key: randomToken(formKeyChars), problem: refusal?.message }
}

function homeOf(request: FastifyRequest<Request>): string {
  return `${sandboxPspPath}/dashboard/${request.params.pass}`
}
