/**
 * Builds the web application: which plugins, in which order, with which limits. Opens no port and starts no work.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import Fastify, { type FastifyInstance } from 'fastify'
import { deliveriesChannel } from './events/events.ts'
import { registerApi } from './http/api.ts'
import { registerHealth } from './http/health.ts'
import { registerLedgerCheckpoint } from './http/ledger-checkpoint.ts'
import { registerMetrics } from './http/metrics.ts'
import { registerNotifications } from './http/notifications.ts'
import { registerPublishedKeys } from './http/published-keys.ts'
import { sendRefusal } from './http/refusals.ts'
import type { Context } from './kernel/context.ts'
import { newId } from './kernel/id.ts'
import { Refusal } from './kernel/refusal.ts'
import { registerAssets } from './pages/asset-routes.ts'
import { registerBooks } from './pages/books.ts'
import { componentsFor } from './pages/components.ts'
import { registerMethodPage } from './pages/method.ts'
import { receiptUrlOf } from './pages/offers.ts'
import { registerPaymentPages } from './pages/payment-routes.ts'
import { composeReceiptMail } from './pages/receipt-mail.ts'
import { registerReceiptPages } from './pages/receipt-routes.ts'
import { loadAssets } from './pages/styles/assets.ts'
import { registerWhyPages } from './pages/why.ts'
import type { Psp } from './payments/psp.ts'
import type { CostPolicy } from './quotes/payment-cost.ts'
import type { Mailer } from './receipts/mailer.ts'
import type { SandboxPspOptions } from './sandbox-psp/options.ts'
import { sandboxPsp } from './sandbox-psp/plugin.ts'
import { offerServices, type Services, servicesFor } from './services.ts'

/** A whole request has to have arrived by then. */
const requestTimeoutMs = 30_000
const keepAliveTimeoutMs = 65_000
const urlPartCharsMax = 256
/** Notified with a session’s id when what became of it changed, in any process. */
export const sessionsChannel = 'ekko_sessions'

export interface AppParts {
  readonly context: Context
  readonly factorSet: FactorSet
  readonly costPolicy: CostPolicy
  readonly psp: Psp
  readonly mailer: Mailer | null
  /** The sandbox provider’s own door; absent in production. */
  readonly sandbox: SandboxPspOptions | null
}

export interface App {
  readonly fastify: FastifyInstance
  readonly services: Services
  /** Another process changed a session; without an id, changes may have been missed. */
  forget(sessionId?: string): void
}

export function buildApp({ context, factorSet, costPolicy, psp, mailer, sandbox }: AppParts): App {
  const assets = loadAssets()
  const offer = offerServices(context, factorSet, costPolicy)
  const components = componentsFor(offer, assets.paths.component)
  const onChange = (sessionId: string) => {
    components.forget(sessionId)
    const announced = context.database.query("select pg_notify($1, $2), pg_notify($3, '')", [
      sessionsChannel,
      sessionId,
      deliveriesChannel,
    ])
    announced.catch((cause) =>
      context.log.warn('a change of a session could not be announced', { sessionId, cause }),
    )
  }
  const services = servicesFor(offer, {
    psp,
    mailer,
    component: components.render,
    receiptMail: (file) => composeReceiptMail(file, receiptUrlOf(offer, file.receipt.jti)),
    onChange,
  })
  const fastify = newFastify(context)
  registerApi(fastify, services)
  registerHealth(fastify, services)
  registerMetrics(fastify, services)
  // Whoever waits at the feed of events is answered before the door closes.
  fastify.addHook('preClose', () => services.events.stop())
  registerNotifications(fastify, services)
  registerAssets(fastify, assets)
  registerPaymentPages(fastify, services, assets.paths.payment)
  registerMethodPage(fastify, services, assets.paths.method)
  registerWhyPages(fastify, services, assets.paths.method)
  registerReceiptPages(fastify, services, assets.paths.receipt)
  registerPublishedKeys(fastify, services)
  registerLedgerCheckpoint(fastify, services)
  registerBooks(fastify, services, assets.paths.books)
  if (sandbox) fastify.register(sandboxPsp(sandbox))
  return {
    fastify,
    services,
    forget: (sessionId) => (sessionId === undefined ? components.forgetAll() : components.forget(sessionId)),
  }
}

/** What a process shows that only works in the background: that it can, and how it goes. */
export function buildWorkerDoor({ services }: App): FastifyInstance {
  const fastify = newFastify(services.context)
  registerHealth(fastify, services)
  registerMetrics(fastify, services)
  return fastify
}

function newFastify(context: Context): FastifyInstance {
  const fastify = Fastify({
    logger: false,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    forceCloseConnections: 'idle',
    genReqId: () => newId(context.clock.now().getTime()),
    routerOptions: { maxParamLength: urlPartCharsMax },
    frameworkErrors: (cause, request, reply) => sendRefusal(request, reply as never, cause, context.log),
  })
  fastify.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' })
  })
  fastify.setErrorHandler((cause, request, reply) => sendRefusal(request, reply, cause, context.log))
  fastify.setNotFoundHandler((request, reply) =>
    sendRefusal(request, reply, new Refusal('NOT_FOUND', 'there is nothing at this address'), context.log),
  )
  return fastify
}
