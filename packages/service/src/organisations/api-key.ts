/**
 * Pure: what an API key may do and from where, how long it lives, and how it is shown.
 * Law: nobody gives a key more than the key that they ask with.
 */
import type { AllowListChanges, ApiKey } from '@ekko/contract/access-resources'
import { allows, type Need, type Scope } from '@ekko/contract/scopes'
import { type Issue, Refusal, refuseField } from '../kernel/refusal.ts'
import { type AddressSet, addressSet, rangeFault } from './allow-list.ts'

/** Whoever asks with an API key. */
export interface Principal {
  readonly keyId: string
  readonly organisationId: string
  /** Null for everything. */
  readonly scopes: readonly Scope[] | null
  /** Where the request came from. */
  readonly address: string
}

export interface StoredAllowList {
  readonly allowList: readonly string[]
  readonly allowListEnabled: boolean
}

export interface KeyRow extends StoredAllowList {
  readonly id: string
  readonly organisationId: string
  readonly name: string | null
  readonly hint: string
  readonly scopes: readonly Scope[] | null
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly lastUsedAt: Date | null
  readonly replacedBy: string | null
}

export function showKey(row: KeyRow, now: Date): ApiKey {
  const status = row.expiresAt === null ? 'active' : row.expiresAt > now ? 'expiring' : 'expired'
  return {
    id: row.id,
    organisationId: row.organisationId,
    name: row.name,
    hint: row.hint,
    scopes: row.scopes && [...row.scopes],
    allowList: showAllowList(row),
    status,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    replacedById: row.replacedBy,
  }
}

export function showAllowList({ allowList, allowListEnabled }: StoredAllowList) {
  return { enabled: allowListEnabled, ranges: [...allowList] }
}

/** Undefined while the list is off. */
export function allowedAddresses({ allowList, allowListEnabled }: StoredAllowList): AddressSet | undefined {
  return allowListEnabled ? addressSet(allowList) : undefined
}

/** @throws Refusal FORBIDDEN */
export function refuseScope(scopes: readonly Scope[] | null, need: Need): void {
  if (allows(scopes, need)) return
  throw new Refusal(
    'FORBIDDEN',
    need === 'unlimitedKey' ? 'this takes a key without scopes' : `this takes a key with the scope ${need}`,
  )
}

/** @throws Refusal FORBIDDEN when somebody gives more than they have */
export function refuseWiderScopes({ scopes: held }: Principal, given: readonly Scope[] | null): void {
  if (held === null) return
  if (given === null) throw new Refusal('FORBIDDEN', 'a key with scopes cannot give a key without')
  const wider = given.filter((scope) => !allows(held, scope))
  if (wider.length > 0) throw new Refusal('FORBIDDEN', `your own key does not have ${wider.join(', ')}`)
}

/**
 * The list after a change.
 * @param own the asking address when the list is going to hold for whoever asks, who must not shut themselves out
 * @throws Refusal UNPROCESSABLE_ENTITY
 */
export function changedAllowList(
  before: StoredAllowList,
  changes: AllowListChanges | undefined,
  own: string | undefined,
  path = '',
): StoredAllowList {
  const after = {
    allowList: (changes?.ranges ?? before.allowList).map((range) => range.trim()),
    allowListEnabled: changes?.enabled ?? before.allowListEnabled,
  }
  const issues = after.allowList.flatMap((range, index): Issue[] => {
    const fault = rangeFault(range)
    return fault === undefined ? [] : [{ path: `${path}/ranges/${index}`, message: fault }]
  })
  if (issues.length > 0)
    throw new Refusal('UNPROCESSABLE_ENTITY', 'the list has entries that are none', issues)
  if (own !== undefined && changes && allowedAddresses(after)?.has(own) === false) {
    throw refuseField(
      'UNPROCESSABLE_ENTITY',
      `${path}/ranges`,
      `your own address ${own} is not on the list, so it would shut you out`,
    )
  }
  return after
}
