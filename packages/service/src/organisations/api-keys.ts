/**
 * API keys: issued once, stored as a hash, looked up on every request.
 * Law: the key itself is never stored or logged.
 */
import { Cache } from '../kernel/cache.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Environment } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { randomToken, sha256 } from '../kernel/secret.ts'

export const keyPrefix = { sandbox: 'ek_test_', production: 'ek_live_' } as const satisfies Record<
  Environment,
  string
>

/** How long a revoked key may go on working in a process that has just used it. */
export const keyCacheTtlMs = 5_000
const keyCacheMax = 10_000
const keyLength = 40
const keyLengthMax = 128

interface KeyRow {
  readonly organisationId: string
  readonly expiresAt: Date | null
}

export interface ApiKeys {
  /** The organisation that the key belongs to. @throws Refusal UNAUTHORIZED */
  authenticate(key: string): Promise<string>
}

export function apiKeysIn(database: Queryable, clock: Clock, environment: Environment): ApiKeys {
  const cache = new Cache<KeyRow>(clock, keyCacheTtlMs, keyCacheMax)
  return {
    async authenticate(key) {
      if (!key.startsWith(keyPrefix[environment]) || key.length > keyLengthMax) throw unknownKey()
      const row = await cache.through(sha256(key).toString('base64'), () => selectKey(database, key))
      if (!row || (row.expiresAt && row.expiresAt <= clock.now())) throw unknownKey()
      return row.organisationId
    },
  }
}

const unknownKey = () =>
  new Refusal('UNAUTHORIZED', 'the api key is missing, unknown, expired or of another environment')

async function selectKey(database: Queryable, key: string): Promise<KeyRow | undefined> {
  const [row] = await database.query<KeyRow>(
    'select organisation_id as "organisationId", expires_at as "expiresAt" from api_key where hash = $1',
    [sha256(key)],
  )
  return row
}

export function generateKey(environment: Environment): string {
  return keyPrefix[environment] + randomToken(keyLength)
}

/** Stores a key; the same key twice is the same key. */
export async function storeKey(
  database: Queryable,
  clock: Clock,
  organisationId: string,
  key: string,
): Promise<void> {
  const now = clock.now()
  await database.query(
    `insert into api_key (id, organisation_id, hash, hint, created_at) values ($1, $2, $3, $4, $5)
     on conflict (hash) do nothing`,
    [newId(now.getTime()), organisationId, sha256(key), `${key.slice(0, 8)}…${key.slice(-4)}`, now],
  )
}

export interface KeyHint {
  readonly id: string
  readonly organisationId: string
  readonly hint: string
  readonly createdAt: Date
  readonly expiresAt: Date | null
}

export async function listKeys(database: Queryable): Promise<KeyHint[]> {
  return database.query<KeyHint>(
    `select id, organisation_id as "organisationId", hint, created_at as "createdAt", expires_at as "expiresAt"
     from api_key order by created_at`,
  )
}

/** Stops a key from working, at once in this process. True when there was such a key. */
export async function revokeKey(database: Queryable, clock: Clock, id: string): Promise<boolean> {
  const rows = await database.query(
    'update api_key set expires_at = $2 where id = $1 and (expires_at is null or expires_at > $2) returning id',
    [id, clock.now()],
  )
  return rows.length > 0
}
