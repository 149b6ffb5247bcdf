/**
 * “Why this number?”: the estimate of one quote, step by step, under the same capability token as the hosted page, and the
 * quote as a file for `ekko footprint verify`. Reads only; a question in the query changes nothing but the answer.
 * Law: nothing about the consumer is on the page or in the file.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import { loadFactorSet } from '@ekko/footprint/node-factor-sets'
import type { Provenance } from '@ekko/footprint/provenance'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../kernel/refusal.ts'
import type { Services } from '../services.ts'
import { preferredLocale } from '../sessions/locale.ts'
import { loadSession, type SessionRow } from '../sessions/sessions.ts'
import { renderPaymentPage } from './hosted-payment.ts'
import { offerView } from './offer-view.ts'
import { offerSource, payUrlOf } from './offers.ts'
import { sendPage } from './page-answer.ts'
import type { PageFrameView } from './views.ts'
import { renderWhyPage } from './why-page.ts'
import { fileNameOf, recordOf } from './why-record.ts'
import { readQuestion } from './why-what-if.ts'

export function registerWhyPages(app: FastifyInstance, services: Services, stylesheetPath: string): void {
  app.register(async (pages) => {
    pages.setErrorHandler((cause, request, reply) =>
      sendFailure(services, stylesheetPath, cause, request, reply),
    )
    pages.get('/pay/:token/why', async (request, reply) => {
      const session = await sessionOf(services, request)
      if (!session) return sendUnavailable(services, stylesheetPath, reply, 404)
      const { searchParams } = new URL(request.url, services.context.origin)
      const { page, status } = await pageOf(services, stylesheetPath, session, searchParams)
      return sendPage(reply, status, page)
    })
    pages.get('/pay/:token/why.json', async (request, reply) => {
      const session = await sessionOf(services, request)
      return session ? sendRecord(reply, session) : sendUnavailable(services, stylesheetPath, reply, 404)
    })
  })
}

async function sessionOf(
  { context, tokens }: Services,
  request: FastifyRequest,
): Promise<SessionRow | undefined> {
  const { token } = request.params as { token: string }
  const sessionId = tokens.readLinkToken(token)
  return sessionId === undefined ? undefined : loadSession(context.database, sessionId)
}

async function pageOf(
  services: Services,
  stylesheetPath: string,
  session: SessionRow,
  query: URLSearchParams,
): Promise<{ readonly page: string; readonly status: number }> {
  const { origin } = services.context
  const { appearance, merchantName, environment, locale } = offerView(await offerSource(services, session))
  const record = recordOf(session)
  const provenance = session.footprint.provenance as Provenance
  return renderWhyPage({
    frame: { environment, appearance, merchantName, stylesheetPath, locale, returnUrl: null },
    record,
    fileName: fileNameOf(record),
    provenance,
    set: await setOf(services, provenance),
    whyUrl: `${payUrlOf(services, session.id)}/why`,
    methodUrl: `${origin}/method?locale=${locale}`,
    question: readQuestion(query, provenance.input),
  })
}

/** The very set that the quote was made with, which may be older than the one in use; undefined when it is not to be had. */
async function setOf(
  { factorSet }: Services,
  { factorSet: named }: Provenance,
): Promise<FactorSet | undefined> {
  if (factorSet.identity.sha256 === named.sha256) return factorSet
  const published = await loadFactorSet(named.id, named.version).catch(() => undefined)
  return published?.identity.sha256 === named.sha256 ? published : undefined
}

function sendRecord(reply: FastifyReply, session: SessionRow): FastifyReply {
  const record = recordOf(session)
  return reply
    .headers({
      'cache-control': 'no-store',
      'content-disposition': `attachment; filename="${fileNameOf(record)}"`,
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .type('application/json; charset=utf-8')
    .send(`${JSON.stringify(record, null, 2)}\n`)
}

function sendUnavailable(
  { context }: Services,
  stylesheetPath: string,
  reply: FastifyReply,
  status: number,
): FastifyReply {
  const frame: PageFrameView = {
    environment: context.environment,
    locale: preferredLocale(reply.request.headers['accept-language']),
    appearance: null,
    stylesheetPath,
    merchantName: null,
    returnUrl: null,
  }
  return sendPage(reply, status, renderPaymentPage({ ...frame, step: 'unavailable' }))
}

function sendFailure(
  services: Services,
  stylesheetPath: string,
  cause: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const status =
    cause instanceof Refusal ? cause.status : ((cause as { statusCode?: number }).statusCode ?? 500)
  if (status >= 500)
    services.context.log.error('the page about an estimate failed', { requestId: request.id, cause })
  return sendUnavailable(services, stylesheetPath, reply, status)
}
