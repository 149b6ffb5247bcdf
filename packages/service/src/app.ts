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
import type { RateLimits } from './http/rate-limit.ts'
import { refuseUnreadable, sendRefusal } from './http/refusals.ts'
import { type Telling, tellOfRequests } from './http/traces.ts'
import type { Context } from './kernel/context.ts'
import { newId } from './kernel/id.ts'
import { Refusal } from './kernel/refusal.ts'
import type { AddressSet } from './organisations/allow-list.ts'
import { registerAssets } from './pages/asset-routes.ts'
import { registerBooks } from './pages/books.ts'
import { componentsFor } from './pages/components.ts'
import { registerMethodPage } from './pages/method.ts'
import { receiptUrlOf } from './pages/offers.ts'
import { registerPaymentPages } from './pages/payment-routes.ts'
import { registerPlayground } from './pages/playground.ts'
import { composeReceiptMail } from './pages/receipt-mail.ts'
import { registerReceiptPages } from './pages/receipt-routes.ts'
import { registerReference } from './pages/reference.ts'
import { appearanceFaults } from './pages/styles/appearance.ts'
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
/** Notified when an organisation, a key, a brand, a product or a project was changed, in any process. */
export const accessChannel = 'ekko_access'
/** Notified with a session’s id when what became of it changed, in any process. */
export const sessionsChannel = 'ekko_sessions'

export interface AppParts {
  readonly context: Context
  readonly factorSet: FactorSet
  readonly costPolicy: CostPolicy
  readonly payoutDays: number
  readonly psp: Psp
  readonly mailer: Mailer | null
  /** The sandbox provider’s own door; absent in production. */
  readonly sandbox: SandboxPspOptions | null
  readonly door: Door
  readonly telling: Telling
}

/** What the operator says of those who may come in. */
export interface Door {
  readonly rateLimits: RateLimits
  /** Proxies whose word on the client’s address is taken. */
  readonly trustedProxies: AddressSet
}

export interface App {
  readonly fastify: FastifyInstance
  readonly services: Services
  /** Another process changed a session; without an id, changes may have been missed. */
  forget(sessionId?: string): void
  /** Another process changed who may do what, or what is offered. */
  forgetAccess(): void
}

export function buildApp(parts: AppParts): App {
  const { context, psp, mailer, sandbox, door, telling } = parts
  const assets = loadAssets()
  const offer = offerServices(context, parts.factorSet, parts.costPolicy, parts.payoutDays)
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
  const forgetAccess = () => {
    offer.organisations.forgetAll()
    offer.projects.forgetAll()
    services.apiKeys.forgetAll()
    components.forgetAll()
  }
  const onAccessChange = () => {
    forgetAccess()
    const announced = context.database.query("select pg_notify($1, '')", [accessChannel])
    announced.catch((cause) => context.log.warn('a change of access could not be announced', { cause }))
  }
  const services: Services = servicesFor(offer, {
    psp,
    mailer,
    component: components.render,
    receiptMail: (file) => composeReceiptMail(file, receiptUrlOf(offer, file.receipt.jti)),
    onChange,
    appearanceFaults,
    onAccessChange,
  })
  const fastify = newFastify(context, door)
  tellOfRequests(fastify, services.metrics, telling)
  registerApi(fastify, services, door.rateLimits)
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
  registerPlayground(fastify, context, assets)
  registerBooks(fastify, services, assets.paths.books)
  registerReference(fastify, services, assets.paths.reference)
  if (sandbox) fastify.register(sandboxPsp(sandbox))
  return {
    fastify,
    services,
    forget: (sessionId) => (sessionId === undefined ? components.forgetAll() : components.forget(sessionId)),
    forgetAccess,
  }
}

/** What a process shows that only works in the background: that it can, and how it goes. */
export function buildWorkerDoor({ services }: App, door: Door): FastifyInstance {
  const fastify = newFastify(services.context, door)
  registerHealth(fastify, services)
  registerMetrics(fastify, services)
  return fastify
}

function newFastify(context: Context, { trustedProxies }: Door): FastifyInstance {
  const requestId = () => newId(context.clock.now().getTime())
  const fastify = Fastify({
    logger: false,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    forceCloseConnections: 'idle',
    // `request.ip` is the client’s address: the first, from our end, that is no trusted proxy’s.
    trustProxy: (address) => trustedProxies.has(address),
    genReqId: requestId,
    clientErrorHandler: (cause, socket) => refuseUnreadable(cause, socket, requestId()),
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
