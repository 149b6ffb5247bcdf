/**
 * What an API key may be limited to. A scope is an area of the API, to read it or to write it; writing includes reading.
 * The area of an operation follows from its path. A key without scopes may do everything its organisation may.
 * Law: a path that no area knows takes a key without scopes.
 */

interface Area {
  readonly name: string
  readonly meaning: string
  readonly paths: readonly string[]
}

/** In the order in which a merchant comes to need them. */
export const areas = [
  {
    name: 'organisations',
    meaning: 'Organisations, their brands and their products',
    paths: ['/v3/organisations', '/v3/brands', '/v3/products', '/v2/organisations'],
  },
  {
    name: 'sessions',
    meaning: 'Quotes, sessions of every kind and the consumers behind them',
    paths: [
      '/v3/quotes',
      '/v3/checkout',
      '/v3/post-purchase',
      '/v3/impactpay',
      '/v3/consumers',
      '/v2/impactpay',
    ],
  },
  {
    name: 'funds',
    meaning: 'Allocations, reversals, records, settlements, statements and exports',
    paths: [
      '/v3/funds',
      '/v3/reconciliation',
      '/v3/settlements',
      '/v3/statements',
      '/v3/exports',
      '/v2/funds',
    ],
  },
  {
    name: 'projects',
    meaning: 'Impact partners, their projects and what those delivered',
    paths: ['/v3/impact-partners', '/v3/operator'],
  },
  {
    name: 'webhooks',
    meaning: 'Webhook endpoints, deliveries and the feed of events',
    paths: ['/v3/webhook-', '/v3/events'],
  },
  {
    name: 'keys',
    meaning: 'API keys and allow-lists',
    paths: ['/v3/api-keys', '/v3/organisations/:id/allow-list'],
  },
] as const satisfies readonly Area[]

export type Scope = `${(typeof areas)[number]['name']}:${'read' | 'write'}`

export const scopes: readonly Scope[] = areas.flatMap(({ name }): Scope[] => [
  `${name}:read`,
  `${name}:write`,
])

/** The one with the longest path that this one begins with. */
export function areaOf(path: string): (typeof areas)[number] | undefined {
  const fitting = areas.flatMap((area) =>
    area.paths.filter((start) => path.startsWith(start)).map(({ length }) => ({ area, length })),
  )
  return fitting.sort((one, other) => other.length - one.length)[0]?.area
}

/** Any key may ask whose it is. */
const openToAnyKey: readonly string[] = ['/v3/organisations/me']

/** What a key with scopes needs for an operation: one of them, none (`anyKey`), or it may not at all (`unlimitedKey`). */
export type Need = Scope | 'anyKey' | 'unlimitedKey'

export function scopeFor({ method, path }: { method: string; path: string }): Need {
  if (openToAnyKey.includes(path)) return 'anyKey'
  const area = areaOf(path)
  return area ? `${area.name}:${method === 'GET' ? 'read' : 'write'}` : 'unlimitedKey'
}

/** @param held null for a key that is not limited */
export function allows(held: readonly string[] | null, need: Need): boolean {
  if (held === null || need === 'anyKey') return true
  if (need === 'unlimitedKey') return false
  return held.includes(need) || held.includes(need.replace(':read', ':write'))
}
