/**
 * The only reader of the environment. Every variable has a name, a meaning and a default; none is needed to start a
 * sandbox, and production refuses the defaults that are not safe there.
 */
import { resolve } from 'node:path'
import type { Environment } from './kernel/context.ts'
import { Secret } from './kernel/secret.ts'

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
  /** `id@version` of a published factor set, or the path of a file. */
  readonly factorSet: string
}

interface Variable {
  readonly name: string
  readonly meaning: string
  readonly default: string
}

/** Source of `docs/reference/configuration.md`. */
export const variables: readonly Variable[] = [
  {
    name: 'EKKO_ENVIRONMENT',
    meaning: '`sandbox` or `production`; a database belongs to one of them for ever',
    default: '`sandbox`',
  },
  { name: 'HOST', meaning: 'Address to listen on', default: '`127.0.0.1`' },
  { name: 'PORT', meaning: 'Port to listen on', default: '`4000`' },
  {
    name: 'EKKO_ORIGIN',
    meaning: 'Public origin of the service, as browsers reach it',
    default: '`http://127.0.0.1:$PORT`',
  },
  {
    name: 'EKKO_DATA_DIR',
    meaning: 'Folder of the embedded database and of the sandbox’s key',
    default: '`.data`',
  },
  {
    name: 'DATABASE_URL',
    meaning: 'A PostgreSQL (15 or newer) instead of the embedded database',
    default: 'embedded',
  },
  {
    name: 'EKKO_BOOTSTRAP_API_KEY',
    meaning: 'Fixes the root organisation’s first API key',
    default: 'generated, kept in the data folder',
  },
  {
    name: 'EKKO_SECRET_KEY',
    meaning: 'Master key of the deployment, 32 bytes in base64; required in production',
    default: 'generated, kept in the database',
  },
  {
    name: 'EKKO_ROLE',
    meaning: '`api` serves, `worker` does the background work, `all` both',
    default: '`all`',
  },
  {
    name: 'EKKO_FACTOR_SET',
    meaning:
      'What footprints are estimated with: `id@version` of a published factor set, or the path of a factor set file of your own',
    default: '`ekko-factors@1.0.0`',
  },
]

export class ConfigError extends Error {}

export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
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
    factorSet: env.EKKO_FACTOR_SET || 'ekko-factors@1.0.0',
  }
  if (environment === 'production' && (!config.databaseUrl || !config.secretKey)) {
    throw new ConfigError('production needs DATABASE_URL and EKKO_SECRET_KEY')
  }
  return config
}

function refuseMisspelt(env: Readonly<Record<string, string | undefined>>): void {
  const known = new Set(variables.map((variable) => variable.name))
  // Variables of the tests, the demo shop and the tools share the prefix.
  const others = /^EKKO_(TEST|DEMO|BENCH)_|^EKKO_API_KEY$|^EKKO_FACTOR_SOURCES$/
  const misspelt = Object.keys(env).filter(
    (name) => name.startsWith('EKKO_') && !known.has(name) && !others.test(name),
  )
  if (misspelt.length > 0) throw new ConfigError(`unknown variables: ${misspelt.join(', ')}`)
}

function oneOf<const T extends string>(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  allowed: readonly [T, ...T[]],
): T {
  const value = env[name] ?? allowed[0]
  const found = allowed.find((candidate) => candidate === value)
  if (!found) throw new ConfigError(`${name} is one of ${allowed.join(', ')}`)
  return found
}

function portOf(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new ConfigError('PORT is a number up to 65535')
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

function secretOf(text: string | undefined): Secret | null {
  return text ? new Secret(text) : null
}
