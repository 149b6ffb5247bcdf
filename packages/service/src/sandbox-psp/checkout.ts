/**
 * The checkout's routes: plain forms that work without JavaScript. A POST that did something answers 303, so that
 * loading again never sends it again; a form with mistakes comes back as 422.
 * Law: nothing of the outcome is in the URL the shopper returns with. The merchant asks the API.
 */
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Html } from '../kernel/html.ts'
import { type CardForm, checkCardForm, fillCode, fillExpiry, shownAgain } from './card-form.ts'
import { challengePage } from './challenge-page.ts'
import { checkoutIcon } from './checkout-icon.ts'
import { checkoutPage, emptyForm, missingPage } from './checkout-page.ts'
import { checkoutStyle } from './checkout-style.ts'
import { answerBank, cancelCheckout, payWithCard, type Step } from './checkouts.ts'
import { type SandboxPspOptions, sandboxPspPath } from './options.ts'
import { sendPage, takeFormsOnly } from './page-answers.ts'
import { findPayment } from './payments.ts'
import { isOpen, type SandboxPayment } from './sandbox-payment.ts'
import { statePage } from './state-page.ts'
import { testCardOf } from './test-card.ts'

const assetAgeSeconds = 3_600
// Chromium holds a form to this list through every redirect that follows, and the merchant may send the shopper on
// to any site of theirs: so the scheme is all that can be said.
const formTargets = "'self' http: https:"

interface ByToken {
  Params: { token: string }
  Querystring: { card?: string }
  Body: Record<string, string> | undefined
}

export function addCheckout(app: FastifyInstance, sandbox: SandboxPspOptions): void {
  takeFormsOnly(app)
  addAssets(app)
  addCardForm(app, sandbox)
  addChallenge(app, sandbox)
}

function addAssets(app: FastifyInstance): void {
  const add = (name: string, type: string, text: string) =>
    app.get(`/assets/${name}`, async (_request, reply) =>
      reply
        .type(type)
        .header('cache-control', `public, max-age=${assetAgeSeconds}`)
        .header('x-content-type-options', 'nosniff')
        .send(text),
    )
  add('checkout.css', 'text/css; charset=utf-8', checkoutStyle)
  add('icon.svg', 'image/svg+xml; charset=utf-8', checkoutIcon)
}

function addCardForm(app: FastifyInstance, sandbox: SandboxPspOptions): void {
  app.get<ByToken>('/checkout/:token', async (request, reply) => {
    const payment = await findPayment(sandbox, { checkoutToken: request.params.token })
    if (payment === undefined) return show(reply, 404, missingPage())
    if (payment.status === 'processing') return reply.redirect(challengePath(payment), 303)
    if (!isOpen(payment)) return show(reply, 200, statePage(payment))
    const form = filledForm(request.query.card, sandbox.clock.now())
    return show(reply, 200, checkoutPage({ payment, form, errors: {}, delayMs: sandbox.delayMs }))
  })

  app.post<ByToken>('/checkout/:token', async (request, reply) => {
    const { token } = request.params
    const body = request.body ?? {}
    const form: CardForm = { number: body.number ?? '', expiry: body.expiry ?? '', code: body.code ?? '' }
    const checked = checkCardForm(form, sandbox.clock.now())
    if (checked.kind === 'card') {
      const attempt = Number(body.attempt ?? Number.NaN)
      return onwards(reply, await payWithCard(sandbox, token, attempt, checked.card, checked.lastFour))
    }
    const payment = await findPayment(sandbox, { checkoutToken: token })
    if (payment?.status !== 'open') return onwards(reply, payment && { payment, changed: false })
    const shown = shownAgain(form)
    return show(
      reply,
      422,
      checkoutPage({ payment, form: shown, errors: checked.errors, delayMs: sandbox.delayMs }),
    )
  })

  app.post<ByToken>('/checkout/:token/cancel', async (request, reply) =>
    onwards(reply, await cancelCheckout(sandbox, request.params.token)),
  )
}

function addChallenge(app: FastifyInstance, sandbox: SandboxPspOptions): void {
  app.get<ByToken>('/checkout/:token/challenge', async (request, reply) => {
    const payment = await findPayment(sandbox, { checkoutToken: request.params.token })
    if (payment === undefined) return show(reply, 404, missingPage())
    if (payment.status !== 'processing') return reply.redirect(checkoutPath(payment), 303)
    return show(reply, 200, challengePage(payment))
  })

  app.post<ByToken>('/checkout/:token/challenge', async (request, reply) => {
    const { attempt, answer } = request.body ?? {}
    if (answer !== 'approve' && answer !== 'refuse')
      return reply.redirect(
        `${sandboxPspPath}/checkout/${encodeURIComponent(request.params.token)}/challenge`,
        303,
      )
    const approved = answer === 'approve'
    return onwards(
      reply,
      await answerBank(sandbox, request.params.token, Number(attempt ?? Number.NaN), approved),
    )
  })
}

/** Where the shopper goes after a form: on to the bank's question, back to the form, or home to the merchant. */
function onwards(reply: FastifyReply, step: Step | undefined): FastifyReply {
  if (step === undefined) return show(reply, 404, missingPage())
  const { payment, changed } = step
  if (payment.status === 'processing') return reply.redirect(challengePath(payment), 303)
  if (payment.status === 'open') return reply.redirect(checkoutPath(payment), 303)
  // A form sent twice ends where the first one did; one that came too late is told so by the checkout.
  const home = changed || payment.status === 'paid' || payment.status === 'pending'
  return reply.redirect(home ? payment.returnUrl : checkoutPath(payment), 303)
}

function show(reply: FastifyReply, status: number, page: Html): FastifyReply {
  return sendPage(reply, status, page, formTargets)
}

function filledForm(cardCase: string | undefined, now: Date): CardForm {
  const card = cardCase === undefined ? undefined : testCardOf(cardCase)
  return card === undefined ? emptyForm : { number: card.number, expiry: fillExpiry(now), code: fillCode }
}

function checkoutPath(payment: SandboxPayment): string {
  return `${sandboxPspPath}/checkout/${payment.checkoutToken}`
}

function challengePath(payment: SandboxPayment): string {
  return `${checkoutPath(payment)}/challenge`
}
