/**
 * The only reader of the environment. Every variable has a name, a meaning and a default; none is needed to start a
 * sandbox, and production refuses the defaults that are not safe there.
 */
import { resolve } from 'node:path'
import type { Door } from './app.ts'
import { variables } from './config-variables.ts'
import type { Environment } from './kernel/context.ts'
import { Secret } from './kernel/secret.ts'
import { addressSet, rangeFault } from './organisations/allow-list.ts'
import { readCardPrices } from './quotes/card-cost.ts'
import { type CostPolicy, usualCostPolicy } from './quotes/payment-cost.ts'
import { usualPayoutDays } from './quotes/quoted-offer.ts'
import type { SmtpOptions } from './receipts/smtp.ts'

export interface Config {
  readonly environment: Environment
  readonly host: string
  readonly port: number
  /** Public origin, without a trailing slash. */
  readonly origin: string
  readonly dataDir: string
  readonly databaseUrl: Secret | null
  readonly bootstrapApiKey: Secret | null
  readonly secretKey: Secret | null
  readonly role: 'all' | 'api' | 'worker'
  /** Where a process that only works in the background answers `/healthz` and `/metrics`; null for nowhere. */
  readonly workerPort: number | null
  /** `id@version` of a published factor set, or the path of a file. */
  readonly factorSet: string
  /** Where receipts by e-mail leave through, and in whose name; null when they do not. */
  readonly smtp: SmtpOptions | null
  readonly costPolicy: CostPolicy
  readonly payoutDays: number
  readonly door: Door
  /** Part of the requests that are logged, 0 to 1. */
  readonly logShare: number
  /** Null while no traces are kept. */
  readonly tracing: TracingConfig | null
  /** Null while the sandbox provider takes the payments. */
  readonly stripe: StripeConfig | null
}

export interface TracingConfig {
  readonly endpoint: string
  readonly headers: Readonly<Record<string, Secret>>
  readonly serviceName: string
  /** Of the traces that begin here, 0 to 1. */
  readonly share: number
}

export interface StripeConfig {
  readonly secretKey: Secret
  /** Several while one replaces another. */
  readonly webhookSecrets: readonly Secret[]
}

type Env = Readonly<Record<string, string | undefined>>

export class ConfigError extends Error {}

export function readConfig(env: Env = process.env): Config {
  refuseMisspelt(env)
  const environment = oneOf(env, 'EKKO_ENVIRONMENT', ['sandbox', 'production'])
  const port = portOf(env.PORT ?? '4000')
  const config: Config = {
    environment,
    host: env.HOST ?? '127.0.0.1',
    port,
    origin: originOf(env.EKKO_ORIGIN ?? `http://127.0.0.1:${port}`, environment),
    dataDir: resolve(env.EKKO_DATA_DIR ?? '.data'),
    databaseUrl: secretOf(env.DATABASE_URL),
    bootstrapApiKey: secretOf(env.EKKO_BOOTSTRAP_API_KEY),
    secretKey: secretOf(env.EKKO_SECRET_KEY),
    role: oneOf(env, 'EKKO_ROLE', ['all', 'api', 'worker']),
    workerPort: env.EKKO_WORKER_PORT ? portOf(env.EKKO_WORKER_PORT, 'EKKO_WORKER_PORT') : null,
    factorSet: env.EKKO_FACTOR_SET || 'ekko-factors@1.0.0',
    smtp: smtpOf(env.EKKO_SMTP_URL, env.EKKO_MAIL_FROM),
    costPolicy: costPolicyOf(env),
    payoutDays: daysOf(env, 'EKKO_PAYOUT_DAYS') ?? usualPayoutDays,
    door: doorOf(env),
    logShare: (percentOf(env, 'EKKO_LOG_REQUESTS_PERCENT') ?? 0) / ppmWhole,
    tracing: tracingOf(env),
    stripe: stripeOf(env, environment),
  }
  if (environment === 'production' && (!config.databaseUrl || !config.secretKey)) {
    throw new ConfigError('production needs DATABASE_URL and EKKO_SECRET_KEY')
  }
  return config
}

function refuseMisspelt(env: Env): void {
  const known = new Set(variables.map((variable) => variable.name))
  // Variables of the tests, the demo shop and the tools share the prefix.
  const others = /^EKKO_(TEST|DEMO|BENCH)_|^EKKO_API_KEY$|^EKKO_FACTOR_SOURCES$/
  const misspelt = Object.keys(env).filter(
    (name) => name.startsWith('EKKO_') && !known.has(name) && !others.test(name),
  )
  if (misspelt.length > 0) throw new ConfigError(`unknown variables: ${misspelt.join(', ')}`)
}

function oneOf<const T extends string>(env: Env, name: string, allowed: readonly [T, ...T[]]): T {
  const value = env[name] ?? allowed[0]
  const found = allowed.find((candidate) => candidate === value)
  if (!found) throw new ConfigError(`${name} is one of ${allowed.join(', ')}`)
  return found
}

function portOf(text: string, name = 'PORT'): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new ConfigError(`${name} is a number up to 65535`)
  return port
}

function originOf(text: string, environment: Environment): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '') {
    throw new ConfigError('EKKO_ORIGIN is an origin, for example https://ekko.example.org')
  }
  if (environment === 'production' && url.protocol !== 'https:')
    throw new ConfigError('EKKO_ORIGIN is https in production')
  return url.origin
}

function costPolicyOf(env: Env): CostPolicy {
  const cardPrices = env.EKKO_CARD_PRICES ? readCardPrices(env.EKKO_CARD_PRICES) : usualCostPolicy.cardPrices
  if (!cardPrices)
    throw new ConfigError('EKKO_CARD_PRICES is a list such as GBP 1.2% + 0.20, EUR 1.4% + 0.25')
  return {
    cardPrices,
    limitPpm: percentOf(env, 'EKKO_COST_LIMIT_PERCENT') ?? usualCostPolicy.limitPpm,
    highPpm: percentOf(env, 'EKKO_COST_WARNING_PERCENT') ?? usualCostPolicy.highPpm,
  }
}

function daysOf(env: Env, name: string): number | undefined {
  const text = env[name]
  if (!text) return undefined
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new ConfigError(`${name} is a whole number of days from 1 to 999`)
  return Number(text)
}

const ppmInPercent = 10_000
const ppmWhole = 100 * ppmInPercent

function percentOf(env: Env, name: string): number | undefined {
  const text = env[name]
  if (!text) return undefined
  if (!/^\d{1,3}$/.test(text) || Number(text) > 100)
    throw new ConfigError(`${name} is a whole number from 0 to 100`)
  return Number(text) * ppmInPercent
}

const keyRequestsDefault = 5_000
const secretRequestsDefault = 50
const requestsMax = 1_000_000

function doorOf(env: Env): Door {
  const proxies = (env.EKKO_TRUSTED_PROXIES ?? '').split(',').map((each) => each.trim())
  const ranges = proxies.filter((each) => each !== '')
  const wrong = ranges.find((each) => rangeFault(each) !== undefined)
  if (wrong !== undefined) throw new ConfigError(`EKKO_TRUSTED_PROXIES: ${wrong} is ${rangeFault(wrong)}`)
  return {
    rateLimits: {
      perKey: requestsOf(env, 'EKKO_RATE_LIMIT_PER_SECOND', keyRequestsDefault),
      perSecret: requestsOf(env, 'EKKO_RATE_LIMIT_PER_SECRET', secretRequestsDefault),
    },
    trustedProxies: addressSet(ranges),
  }
}

function requestsOf(env: Env, name: string, usual: number): number {
  const text = env[name]
  if (!text) return usual
  if (!/^\d{1,7}(\.\d{1,3})?$/.test(text) || Number(text) > requestsMax)
    throw new ConfigError(`${name} is a number of requests a second, at most ${requestsMax}`)
  return Number(text)
}

function tracingOf(env: Env): TracingConfig | null {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT
  if (!endpoint) return null
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol))
    throw new ConfigError('OTEL_EXPORTER_OTLP_ENDPOINT is an address such as http://collector:4318')
  const share = Number(env.OTEL_TRACES_SAMPLER_ARG || 1)
  if (!(share >= 0 && share <= 1)) throw new ConfigError('OTEL_TRACES_SAMPLER_ARG is a number from 0 to 1')
  return {
    endpoint,
    headers: headersOf(env.OTEL_EXPORTER_OTLP_HEADERS ?? ''),
    serviceName: env.OTEL_SERVICE_NAME || 'ekko',
    share,
  }
}

function isPercentEncoded(text: string): boolean {
  return !/%(?![0-7][0-9a-f])/i.test(text)
}

function headersOf(text: string): TracingConfig['headers'] {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '')
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value] = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*=(.*)$/.exec(pair) ?? []
      if (name === undefined || !isPercentEncoded(value!))
        throw new ConfigError('OTEL_EXPORTER_OTLP_HEADERS is a list such as name=value,other=value')
      return [name.toLowerCase(), new Secret(decodeURIComponent(value!.trim()))]
    }),
  )
}

function stripeOf(env: Env, environment: Environment): StripeConfig | null {
  const secretKey = env.EKKO_STRIPE_SECRET_KEY ?? ''
  const webhookSecrets = (env.EKKO_STRIPE_WEBHOOK_SECRET ?? '').split(',').map((each) => each.trim())
  if (oneOf(env, 'EKKO_PSP', ['sandbox', 'stripe']) === 'sandbox') {
    if (secretKey !== '' || webhookSecrets.some((each) => each !== ''))
      throw new ConfigError('EKKO_STRIPE_SECRET_KEY and EKKO_STRIPE_WEBHOOK_SECRET need EKKO_PSP=stripe')
    return null
  }
  const [, mode] = /^[sr]k_(test|live)_\w+$/.exec(secretKey) ?? []
  if (mode === undefined)
    throw new ConfigError('EKKO_STRIPE_SECRET_KEY begins with sk_test_, rk_test_, sk_live_ or rk_live_')
  if ((mode === 'live') !== (environment === 'production'))
    throw new ConfigError(`a ${environment} refuses a ${mode} key of Stripe`)
  if (!webhookSecrets.every((each) => /^whsec_\S+$/.test(each)))
    throw new ConfigError('EKKO_STRIPE_WEBHOOK_SECRET begins with whsec_')
  return {
    secretKey: new Secret(secretKey),
    webhookSecrets: webhookSecrets.map((each) => new Secret(each)),
  }
}

function smtpOf(url: string | undefined, from: string | undefined): Config['smtp'] {
  if (!url && !from) return null
  if (!url || !URL.canParse(url) || !/^smtps?:$/.test(new URL(url).protocol) || !new URL(url).hostname) {
    throw new ConfigError(
      'EKKO_SMTP_URL is smtp://host or smtps://user:password@host, and comes with EKKO_MAIL_FROM',
    )
  }
  if (!/^(?:[^<>"\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/.test(from ?? '')) {
    throw new ConfigError('EKKO_MAIL_FROM is a sender such as Receipts <receipts@ekko.example>')
  }
  return { url: new Secret(url), from: from! }
}

function secretOf(text: string | undefined): Secret | null {
  return text ? new Secret(text) : null
}
