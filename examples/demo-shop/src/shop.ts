/**
 * For: the whole shop as one function, for main.ts and for end-to-end tests.
 * Not for: reading the environment.
 * Law: it uses the public doors of ekko only: @ekko/node here, /v1/ekko.js in the page.
 */
import { EkkoClient } from '@ekko/node'
import { createEnrolment } from './enrolment.ts'
import { createRoutes } from './routes.ts'
import { listen, type Route } from './server.ts'
import { openState } from './state.ts'

export interface ShopOptions {
  /** On 127.0.0.1; 0 takes any free one. */
  readonly port: number
  /** For example `http://127.0.0.1:4000`, without a path. */
  readonly ekkoOrigin: string
  readonly apiKey: string
  /** Made when it does not exist; the shop keeps one JSON file in it. */
  readonly dataFolder: string
  /** Milliseconds to wait for the service at the start; 30,000 when absent. */
  readonly waitMs?: number
  /** Milliseconds that an order waits for a session; 2,500 when absent. */
  readonly sessionBudgetMs?: number
  readonly log?: (line: string) => void
}

export interface Shop {
  readonly origin: string
  /** Finishes the requests under way and stops listening. */
  close(): Promise<void>
}

/**
 * Opens the shop, then enrols it with the service. Resolves when both are done, or when the service could not be had in
 * time: the shop is open either way.
 *
 * @throws Error when the port is taken or the folder cannot be written
 * @example const shop = await startShop({ port: 0, ekkoOrigin, apiKey, dataFolder })
 */
export const startShop = async (options: ShopOptions): Promise<Shop> => {
  const { ekkoOrigin, apiKey, waitMs = 30_000, sessionBudgetMs = 2_500, log = () => {} } = options
  const client = new EkkoClient({ apiKey, baseUrl: ekkoOrigin })
  const state = await openState(options.dataFolder, log)
  let route: Route = () => undefined
  const server = await listen({
    port: options.port,
    ekkoOrigin,
    log,
    route: (method, path) => route(method, path),
  })
  const webhookUrl = `${server.origin}/webhooks/ekko`
  const enrolment = createEnrolment({ client, state, ekkoOrigin, webhookUrl, log })
  route = createRoutes({ client, state, enrolment, sessionBudgetMs, ekkoOrigin, log })
  log(`Loam & Kiln, a demo shop: ${server.origin}`)
  await enrolment.begin(waitMs)
  return { origin: server.origin, close: () => server.close() }
}
