/**
 * The hosted payment page: choose, review, pay at the PSP, come back. Plain forms, no script, no cookie.
 * Law: the address proves nothing about the payment; what is shown of it is what the PSP said.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { shownState } from '../contributions/contribution.ts'
import { type Consent, type ContributionRow, contributionsOf } from '../contributions/contributions.ts'
import { refreshContribution, startContribution } from '../contributions/payment-attempts.ts'
import { Refusal } from '../kernel/refusal.ts'
import { sha256 } from '../kernel/secret.ts'
import { isInFlight } from '../payments/payment.ts'
import { splitContribution } from '../quotes/quote.ts'
import type { Services } from '../services.ts'
import { preferredLocale, resolveLocale } from '../sessions/locale.ts'
import { dismissSession, loadSession, type SessionRow } from '../sessions/sessions.ts'
import { consentText, renderPaymentPage } from './hosted-payment.ts'
import { chosenAmount } from './hosted-payment-amount.ts'
import { chosenView, contributionView, type Offer, offerView, splitView } from './offer-view.ts'
import { offerSource, payUrlOf, receiptUrlOf } from './offers.ts'
import { sendPage } from './page-answer.ts'
import type { ClosedView, PageFrameView, PaymentPageView, ReviewView } from './views.ts'

const formBytesMax = 4 * 1024
const pendingRefreshS = 5

interface Visit {
  readonly services: Services
  readonly session: SessionRow
  readonly offer: Offer
  readonly frame: PageFrameView
  readonly query: URLSearchParams
  /** The page’s own address, with the way back in its query. */
  readonly pageUrl: string
}

export function registerPaymentPages(app: FastifyInstance, services: Services, stylesheetPath: string): void {
  app.register(async (pages) => {
    pages.removeAllContentTypeParsers()
    pages.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: formBytesMax },
      (_request, body, done) => done(null, new URLSearchParams(body as string)),
    )
    pages.setErrorHandler((cause, request, reply) =>
      sendFailure(services, stylesheetPath, cause, request, reply),
    )
    pages.get('/pay/:token', async (request, reply) => {
      const visit = await visitOf(services, stylesheetPath, request)
      return visit
        ? sendPage(reply, 200, renderPaymentPage(await pageOf(visit)), services.psp.pageOrigins())
        : sendNoSuchLink(services, stylesheetPath, reply)
    })
    pages.get('/pay/:token/return', async (request, reply) => {
      const visit = await visitOf(services, stylesheetPath, request)
      if (!visit) return sendNoSuchLink(services, stylesheetPath, reply)
      await refreshOpen(visit)
      return reply.redirect(visit.pageUrl, 303)
    })
    pages.post('/pay/:token', async (request, reply) => {
      const visit = await visitOf(services, stylesheetPath, request)
      if (!visit) return sendNoSuchLink(services, stylesheetPath, reply)
      return reply.redirect(await pay(visit, request.body as URLSearchParams), 303)
    })
  })
}

async function visitOf(
  services: Services,
  stylesheetPath: string,
  request: FastifyRequest,
): Promise<Visit | undefined> {
  const { context, tokens } = services
  const { token } = request.params as { token: string }
  const sessionId = tokens.readLinkToken(token)
  const found = sessionId === undefined ? undefined : await loadSession(context.database, sessionId)
  if (!found || found.kind === 'checkout') return undefined
  const url = new URL(request.url, context.origin)
  const chosenLocale = url.searchParams.get('locale')
  const session = chosenLocale === null ? found : { ...found, locale: resolveLocale(chosenLocale) }
  const offer = offerView(await offerSource(services, session))
  const returnUrl = allowedReturn(url.searchParams.get('return'), session.pageOrigin)
  const pageUrl = new URL(payUrlOf(services, session.id))
  // In the language of the component that led here.
  if (chosenLocale !== null) pageUrl.searchParams.set('locale', session.locale)
  if (returnUrl !== null) pageUrl.searchParams.set('return', returnUrl)
  const frame: PageFrameView = { ...offer, stylesheetPath, returnUrl }
  return { services, session, offer, frame, query: url.searchParams, pageUrl: pageUrl.href }
}

/** Only the page that showed the component is a place to go back to; anything else would be an open redirect. */
export function allowedReturn(wished: string | null, pageOrigin: string | null): string | null {
  if (wished === null || pageOrigin === null || !URL.canParse(wished)) return null
  const url = new URL(wished)
  return url.origin === pageOrigin && /^https?:$/.test(url.protocol) ? url.href : null
}

/** Which step of the page fits what became of the session and what the shopper has chosen so far. */
async function pageOf(visit: Visit): Promise<PaymentPageView> {
  const { services, session, offer, frame, query, pageUrl } = visit
  const now = services.context.clock.now()
  const { state, attempt } = shownState(await attemptsOf(visit), {
    linkExpired: session.linkExpiresAt <= now || session.isDeactivated,
    dismissed: false,
  })
  const shown = { ...frame, ...offer, pageUrl, returnUrl: frame.returnUrl ?? attempt?.returnUrl ?? null }
  if (state === 'thanked') return { ...shown, step: 'thanked', ...receiptOf(visit, attempt!) }
  if (state === 'pending')
    return {
      ...shown,
      step: 'pending',
      ...chosenView(attempt!, session.terms),
      refreshSeconds: pendingRefreshS,
    }
  if (state === 'expired') return { ...shown, step: 'expired' }
  if (query.get('decline') === 'yes') return declined(visit)
  const choice = chosenAmount(query, offer)
  if (choice === undefined && attempt && isInFlight(attempt.state) && attempt.pspUrl !== null) {
    return { ...shown, step: 'continue', ...chosenView(attempt, session.terms), continueUrl: attempt.pspUrl }
  }
  if (choice === undefined && state === 'failed')
    return { ...shown, step: 'failed', amountMinor: attempt!.amountMinor }
  if (choice === undefined) return { ...shown, step: 'choose', problem: null, typed: '' }
  if ('problem' in choice) return { ...shown, step: 'choose', ...choice }
  return reviewOf(visit, choice.amountMinor)
}

function receiptOf({ services, session, offer }: Visit, paid: ContributionRow) {
  const url = paid.allocationId && receiptUrlOf(services, paid.allocationId)
  return {
    contribution: contributionView(paid, session.terms, offer.projects, url),
    receiptMailUrl: url && services.mailer ? `${url}/mail` : null,
  }
}

function reviewOf({ session, offer, frame, pageUrl }: Visit, amountMinor: bigint): ReviewView {
  const split = splitView(splitContribution(amountMinor, session.terms, session.quoteId), session.terms)
  const chosen = { ...frame, ...offer, amountMinor, split }
  return {
    ...chosen,
    step: 'review',
    pageUrl,
    consentDigest: digestOf(consentText(chosen)),
    payActionUrl: pageUrl,
  }
}

function digestOf(text: string): string {
  return sha256(text).toString('hex')
}

async function declined({ services, session, frame }: Visit): Promise<ClosedView> {
  await dismissSession(services.context.database, session.id, services.context.clock.now())
  services.onChange(session.id)
  return { ...frame, step: 'declined' }
}

/** While an outcome is open, looking at the page asks the PSP. */
async function attemptsOf(visit: Visit): Promise<ContributionRow[]> {
  const attempts = await contributionsOf(visit.services.context.database, visit.session.id)
  if (!attempts.some((attempt) => attempt.state === 'pending')) return attempts
  await refreshOpen(visit)
  return contributionsOf(visit.services.context.database, visit.session.id)
}

async function refreshOpen({ services, session }: Visit): Promise<void> {
  const attempts = await contributionsOf(services.context.database, session.id)
  const open = attempts.find((attempt) => isInFlight(attempt.state))
  if (open) await refreshContribution(services.context, services, open.id)
}

/**
 * Begins paying and answers where to go: to the PSP, or back to the page where there is something to see first.
 * The consent that is stored is the text whose digest the form sent back, so it is what the shopper saw.
 */
async function pay(visit: Visit, form: URLSearchParams): Promise<string> {
  const { services, session, offer, pageUrl, frame } = visit
  const choice = chosenAmount(form, offer)
  if (choice === undefined || 'problem' in choice) return withAmount(pageUrl, form)
  if (session.linkExpiresAt <= services.context.clock.now() || session.isDeactivated) return pageUrl
  const review = reviewOf(visit, choice.amountMinor)
  if (form.get('consent') !== review.consentDigest) return withAmount(pageUrl, form)
  const consent: Consent = {
    text: consentText(review),
    locale: session.locale,
    sha256: review.consentDigest,
    at: services.context.clock.now().toISOString(),
  }
  try {
    const { pspUrl } = await startContribution(services.context, services, session, {
      amountMinor: choice.amountMinor,
      consent,
      description: offer.merchantName,
      pspReturnUrl: returnAddress(visit),
      returnUrl: frame.returnUrl,
    })
    return pspUrl
  } catch (cause) {
    if (cause instanceof Refusal && cause.code === 'ALREADY_CONTRIBUTED') return pageUrl
    throw cause
  }
}

function returnAddress({ services, session, query }: Visit): string {
  const url = new URL(`${payUrlOf(services, session.id)}/return`)
  if (query.has('locale')) url.searchParams.set('locale', session.locale)
  return url.href
}

function withAmount(pageUrl: string, form: URLSearchParams): string {
  const url = new URL(pageUrl)
  for (const name of ['amount', 'other']) {
    const value = form.get(name)
    if (value !== null) url.searchParams.set(name, value)
  }
  return url.href
}

function plainFrame({ context }: Services, stylesheetPath: string, reply: FastifyReply): PageFrameView {
  const { environment } = context
  return {
    environment,
    locale: preferredLocale(reply.request.headers['accept-language']),
    appearance: null,
    stylesheetPath,
    merchantName: null,
    returnUrl: null,
  }
}

function sendNoSuchLink(services: Services, stylesheetPath: string, reply: FastifyReply): FastifyReply {
  return sendPage(
    reply,
    404,
    renderPaymentPage({ ...plainFrame(services, stylesheetPath, reply), step: 'unavailable' }),
  )
}

function sendFailure(
  services: Services,
  stylesheetPath: string,
  cause: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const expected = cause instanceof Refusal || ((cause as { statusCode?: number }).statusCode ?? 500) < 500
  if (!expected) services.context.log.error('payment page failed', { requestId: request.id, cause })
  const status =
    cause instanceof Refusal ? cause.status : ((cause as { statusCode?: number }).statusCode ?? 500)
  return sendPage(
    reply,
    status,
    renderPaymentPage({ ...plainFrame(services, stylesheetPath, reply), step: 'unavailable' }),
  )
}
