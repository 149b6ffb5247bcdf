/**
 * API keys: issued once, stored as a hash, looked up on every request; now and then it is noted that they are used.
 * Law: the key itself is never stored or logged.
 */
import type { Need, Scope } from '@ekko/contract/scopes'
import { Cache } from '../kernel/cache.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Environment } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { randomToken, sha256 } from '../kernel/secret.ts'
import type { AddressSet } from './allow-list.ts'
import { allowedAddresses, type Principal, refuseScope, type StoredAllowList } from './api-key.ts'
import { deactivated } from './organisation.ts'

export const keyPrefix = { sandbox: 'ek_test_', production: 'ek_live_' } as const satisfies Record<
  Environment,
  string
>

/** How long a revoked key may go on working in a process that missed the news of it. */
export const keyCacheTtlMs = 5_000
const keyCacheMax = 10_000
/** A use is noted when the one noted before is older, so that requests seldom wait for it. */
const useNotedEveryMs = 3_600_000
const keyLength = 40
const keyLengthMax = 128

interface UsableKey {
  readonly id: string
  readonly organisationId: string
  readonly expiresAt: Date | null
  readonly scopes: readonly Scope[] | null
  readonly isDeactivated: boolean
  /** Of the uses that were noted, the last. */
  lastUsedAt: Date | null
  /** Of the key and of the organisation, as far as they are on; an address has to be on each. */
  readonly allowed: readonly AddressSet[]
}

/** What a key is used for, and from where. */
export interface KeyUse {
  readonly address: string
  readonly need: Need
  /** Told which key it is before anything is asked of it, so that what it may not do counts as well; may throw. */
  readonly onKnown?: (keyId: string) => void
}

export interface ApiKeys {
  /** @throws Refusal UNAUTHORIZED, ORGANISATION_DEACTIVATED, ADDRESS_NOT_ALLOWED, FORBIDDEN */
  authenticate(key: string, use: KeyUse): Promise<Principal>
  /** A key or an allow-list was changed, or an organisation deactivated. */
  forgetAll(): void
}

export function apiKeysIn(database: Queryable, clock: Clock, environment: Environment): ApiKeys {
  const cache = new Cache<UsableKey>(clock, keyCacheTtlMs, keyCacheMax)
  return {
    async authenticate(key, { address, need, onKnown }) {
      if (!key.startsWith(keyPrefix[environment]) || key.length > keyLengthMax) throw unknownKey()
      const row = await cache.through(sha256(key).toString('base64'), () => selectKey(database, key))
      if (!row || (row.expiresAt && row.expiresAt <= clock.now())) throw unknownKey()
      onKnown?.(row.id)
      if (row.isDeactivated) throw deactivated()
      if (row.allowed.some((addresses) => !addresses.has(address))) {
        throw new Refusal('ADDRESS_NOT_ALLOWED', `requests from ${address} are not let in with this key`)
      }
      refuseScope(row.scopes, need)
      await noteUse(database, row, clock.now())
      return { keyId: row.id, organisationId: row.organisationId, scopes: row.scopes, address }
    },
    forgetAll: () => cache.clear(),
  }
}

const unknownKey = () =>
  new Refusal('UNAUTHORIZED', 'the api key is missing, unknown, expired or of another environment')

type SelectedKey = Omit<UsableKey, 'allowed'> &
  StoredAllowList & {
    readonly organisationAllowList: readonly string[]
    readonly organisationAllowListEnabled: boolean
  }

async function selectKey(database: Queryable, key: string): Promise<UsableKey | undefined> {
  const [row] = await database.query<SelectedKey>(
    `select k.id, k.organisation_id as "organisationId", k.expires_at as "expiresAt", k.scopes, k.last_used_at as "lastUsedAt",
       k.allow_list as "allowList", k.allow_list_enabled as "allowListEnabled",
       o.allow_list as "organisationAllowList", o.allow_list_enabled as "organisationAllowListEnabled",
       exists (select from organisation a where a.id = any (o.path) and a.status <> 'active') as "isDeactivated"
     from api_key k join organisation o on o.id = k.organisation_id where k.hash = $1`,
    [sha256(key)],
  )
  if (!row) return undefined
  const { organisationAllowList: allowList, organisationAllowListEnabled: allowListEnabled, ...rest } = row
  const lists = [allowedAddresses(row), allowedAddresses({ allowList, allowListEnabled })]
  return { ...rest, allowed: lists.filter((list) => list !== undefined) }
}

/** Never a reason to turn a request away: what could not be noted is noted next time. */
async function noteUse(database: Queryable, key: UsableKey, now: Date): Promise<void> {
  const stale = new Date(now.getTime() - useNotedEveryMs)
  if (key.lastUsedAt !== null && key.lastUsedAt > stale) return
  key.lastUsedAt = now
  const noted = database.query(
    'update api_key set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at <= $3)',
    [key.id, now, stale],
  )
  await noted.catch(() => undefined)
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
    [newId(now.getTime()), organisationId, sha256(key), hintOf(key), now],
  )
}

/** Enough to recognise a key by, and nothing to guess it with. */
export function hintOf(key: string): string {
  return `${key.slice(0, 8)}…${key.slice(-4)}`
}
