/**
 * The sandbox payment provider as a Fastify plugin: a small payment company that takes no real money. It behaves like
 * the real ones, and meets the service only where they do: its API, its checkout pages, its notifications. A dashboard plays those who act
 * without the merchant's server.
 * Not for production: the app registers it in a sandbox deployment and nowhere else.
 */
import type { FastifyPluginAsync } from 'fastify'
import { addApi } from './api.ts'
import { addCheckout } from './checkout.ts'
import { addDashboard } from './dashboard-routes.ts'
import { type SandboxPspOptions, sandboxPspPath } from './options.ts'

/** Registers everything below `/sandbox-psp`; what it adds stays inside and does not reach the rest of the app. */
export function sandboxPsp(sandbox: SandboxPspOptions): FastifyPluginAsync {
  return async (app) => {
    await app.register(async (api) => addApi(api, sandbox), { prefix: sandboxPspPath })
    await app.register(async (checkout) => addCheckout(checkout, sandbox), { prefix: sandboxPspPath })
    await app.register(async (dashboard) => addDashboard(dashboard, sandbox), { prefix: sandboxPspPath })
  }
}
