/**
 * The composition root: configuration in, a running service out. The only place that constructs adapters.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import { FactorSetError } from '@ekko/footprint/factor-set-file'
import { factorSetNamed } from '@ekko/footprint/node-factor-sets'
import { type App, accessChannel, buildApp, buildWorkerDoor, sessionsChannel } from './app.ts'
import { type Config, ConfigError } from './config.ts'
import { deliveriesChannel } from './events/events.ts'
import { startWorker } from './jobs/worker.ts'
import { type Clock, systemClock } from './kernel/clock.ts'
import type { Context } from './kernel/context.ts'
import { type Database, openDatabase } from './kernel/database.ts'
import { jsonLog, type Log } from './kernel/log.ts'
import { migrate } from './kernel/migrate.ts'
import { type OtlpExporter, otlpExporter } from './kernel/otlp.ts'
import { deriveKey, Secret } from './kernel/secret.ts'
import { tracedDatabase } from './kernel/traced-database.ts'
import { Tracer } from './kernel/tracer.ts'
import { startSealing } from './ledger/seal-rounds.ts'
import { openDeployment } from './organisations/deployment.ts'
import type { Psp } from './payments/psp.ts'
import { sandboxPspAdapter } from './payments/sandbox-psp.ts'
import type { StripeServer } from './payments/stripe-calls.ts'
import { stripePsp } from './payments/stripe-psp.ts'
import { tracedPsp } from './payments/traced-psps.ts'
import { smtpMailer } from './receipts/smtp.ts'
import { newBell } from './sandbox-psp/bell.ts'
import { dashboardUrl } from './sandbox-psp/dashboard-pass.ts'
import { type SandboxPspOptions, sandboxPspPath } from './sandbox-psp/options.ts'
import { startSandboxPspWork } from './sandbox-psp/work.ts'
import { seed } from './seed.ts'
import { startDeliveries } from './webhooks/deliveries.ts'

/** The sandbox provider takes test cards from anybody, so production never runs with it. */
const noProvider = 'production needs a real payment provider: EKKO_PSP=stripe'

export interface RunningService {
  readonly origin: string
  readonly apiKey: string | null
  readonly rootId: string
  /** A link to the sandbox provider’s dashboard, which ends after a while; null with a real provider. */
  readonly sandboxDashboard: string | null
  readonly context: Context
  /** Finishes what is under way, then lets go of everything. */
  close(): Promise<void>
}

export interface Overrides {
  readonly clock?: Clock
  readonly log?: Log
  /** Opened by the caller, who closes it too. */
  readonly database?: Database
  /** How long the sandbox provider’s delayed outcomes take. */
  readonly sandboxDelayMs?: number
  /** How long it keeps payments before it pays them out. */
  readonly sandboxSettleEveryMs?: number
  /** Instead of Stripe’s own, with its pages there too. */
  readonly stripeServer?: StripeServer
}

export async function startService(config: Config, overrides: Overrides = {}): Promise<RunningService> {
  const clock = overrides.clock ?? systemClock
  const log = overrides.log ?? jsonLog(clock, (line) => process.stderr.write(`${line}\n`))
  const database = overrides.database ?? (await openConfigured(config, log))
  try {
    return await run(config, overrides, clock, log, database)
  } catch (cause) {
    if (!overrides.database) await database.close()
    throw cause
  }
}

function openConfigured(config: Config, log: Log): Promise<Database> {
  return openDatabase({
    dataDir: config.dataDir,
    ...(config.databaseUrl && { url: config.databaseUrl.reveal() }),
    onWarning: (message) => log.warn(message),
  })
}

async function run(
  config: Config,
  overrides: Overrides,
  clock: Clock,
  log: Log,
  database: Database,
): Promise<RunningService> {
  const factorSet = await openFactorSet(config)
  await migrate(database)
  const { environment, origin } = config
  const master = await openDeployment(database, clock, environment, config.secretKey)
  const tracing = startTracing(config, clock, log)
  const context: Context = {
    environment,
    origin,
    database: tracing ? tracedDatabase(database, tracing.tracer) : database,
    clock,
    log,
    keys: { master },
  }
  const { apiKey, rootId } = await seed(context, config, factorSet)
  const { psp: plainPsp, sandbox } = await openProvider(config, overrides, context)
  const psp = tracing ? tracedPsp(plainPsp, tracing.tracer) : plainPsp
  const mailer = config.smtp && smtpMailer(config.smtp)
  const { costPolicy, payoutDays, door, logShare } = config
  const telling = { tracer: tracing?.tracer ?? null, log, logShare }
  const app = buildApp({ context, factorSet, costPolicy, payoutDays, psp, mailer, sandbox, door, telling })
  const unlisten = await listenForChanges(app, context)
  const underWay = countRequests(app.fastify.server)
  if (config.role !== 'worker') await app.fastify.listen({ host: config.host, port: config.port })
  const closeDoor = config.role === 'worker' ? await openWorkerDoor(app, config) : async () => {}
  // After the port is bound: the work asks the sandbox provider, which lives behind it.
  const stopWork = config.role === 'api' ? async () => {} : await startWork(app, context, sandbox)
  return {
    origin,
    apiKey,
    rootId,
    sandboxDashboard: sandbox && dashboardUrl(origin, sandbox.apiKey, clock.now()),
    context,
    async close() {
      await closeServer(app.fastify, underWay)
      await stopWork()
      await closeDoor()
      await unlisten()
      await tracing?.exporter.close()
      if (!overrides.database) await database.close()
    },
  }
}

interface Tracing {
  readonly tracer: Tracer
  readonly exporter: OtlpExporter
}

function startTracing({ tracing }: Config, clock: Clock, log: Log): Tracing | null {
  if (!tracing) return null
  const exporter = otlpExporter({ ...tracing, log })
  return { tracer: new Tracer(clock, tracing.share, (span) => exporter.add(span)), exporter }
}

async function openWorkerDoor(app: App, { host, workerPort, door }: Config): Promise<() => Promise<void>> {
  const workerDoor = buildWorkerDoor(app, door)
  if (workerPort !== null) await workerDoor.listen({ host, port: workerPort })
  return () => workerDoor.close()
}

/** @throws ConfigError saying why the configured set cannot be used */
async function openFactorSet({ factorSet }: Config): Promise<FactorSet> {
  try {
    return await factorSetNamed(factorSet)
  } catch (cause) {
    throw cause instanceof FactorSetError ? new ConfigError(`EKKO_FACTOR_SET: ${cause.message}`) : cause
  }
}

/** How often the closing server looks whether it is done. */
const closingSweepMs = 50

/**
 * Answers what is under way, then hangs up. Connections that wait for a next request, or never sent a first one (browsers
 * and load balancers keep such), would hold up the end for a minute.
 */
async function closeServer(fastify: App['fastify'], underWay: () => number): Promise<void> {
  const sweep = setInterval(() => {
    if (underWay() === 0) fastify.server.closeAllConnections()
    else fastify.server.closeIdleConnections()
  }, closingSweepMs)
  await fastify.close()
  clearInterval(sweep)
}

function countRequests(server: App['fastify']['server']): () => number {
  let underWay = 0
  server.on('request', (_request, response) => {
    underWay += 1
    response.once('close', () => {
      underWay -= 1
    })
  })
  return () => underWay
}

interface Provider {
  readonly psp: Psp
  /** Set while the sandbox provider lives here. */
  readonly sandbox: SandboxPspOptions | null
}

/** @throws ConfigError in production without a real provider */
async function openProvider(config: Config, overrides: Overrides, context: Context): Promise<Provider> {
  const { stripeServer: server } = overrides
  if (config.stripe) {
    const psp = await stripePsp({ ...config.stripe, ...(server && { server }) })
    return { psp, sandbox: null }
  }
  if (config.environment === 'production') throw new ConfigError(noProvider)
  const sandbox = sandboxOptions(context, overrides)
  const psp = sandboxPspAdapter({
    baseUrl: () => `http://${config.host}:${config.port}${sandboxPspPath}`,
    apiKey: sandbox.apiKey,
    notificationSecret: sandbox.notificationSecret,
  })
  return { psp, sandbox }
}

function sandboxOptions(context: Context, overrides: Overrides): SandboxPspOptions {
  const { database, clock, log, origin, keys } = context
  const { sandboxDelayMs, sandboxSettleEveryMs } = overrides
  const secretFor = (purpose: string) => new Secret(deriveKey(keys.master, purpose).toString('base64url'))
  return {
    database,
    clock,
    log,
    origin: () => origin,
    apiKey: secretFor('sandbox psp api key'),
    notificationSecret: secretFor('sandbox psp notifications'),
    notificationUrl: () => `${origin}/psp/sandbox/notifications`,
    bell: newBell(),
    ...(sandboxDelayMs !== undefined && { delayMs: sandboxDelayMs }),
    ...(sandboxSettleEveryMs !== undefined && { settleEveryMs: sandboxSettleEveryMs }),
  }
}

async function startWork(
  app: App,
  context: Context,
  sandbox: SandboxPspOptions | null,
): Promise<() => Promise<void>> {
  const deliveries = startDeliveries(context, { metrics: app.services.metrics })
  const sandboxWork = sandbox && startSandboxPspWork(sandbox)
  const worker = startWorker(app.services)
  const sealing = startSealing(context, app.services.metrics, deliveriesChannel)
  return async () => {
    await Promise.all([worker.stop(), sandboxWork?.stop(), deliveries.stop(), sealing.stop()])
  }
}

async function listenForChanges(app: App, { database }: Context): Promise<() => Promise<void>> {
  const listening = await Promise.all([
    database.listen(
      sessionsChannel,
      (sessionId) => app.forget(sessionId),
      () => app.forget(),
    ),
    database.listen(
      accessChannel,
      () => app.forgetAccess(),
      () => app.forgetAccess(),
    ),
  ])
  return async () => {
    await Promise.all(listening.map((unlisten) => unlisten()))
  }
}
