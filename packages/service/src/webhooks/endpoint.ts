/**
 * An endpoint as its owner sees it, and what may be asked of one. Pure.
 */
import type { EventType, NewWebhookEndpoint, WebhookEndpoint } from '@ekko/contract/webhook-resources'
import { refuseField } from '../kernel/refusal.ts'
import { disablesAt, type HealthState, noticeAfterMs, noticesAfterMs } from './health.ts'
import type { SigningKeys } from './signing-key.ts'

export interface EndpointRow {
  readonly id: string
  readonly organisationId: string
  readonly url: string
  readonly eventTypes: EventType[] | null
  readonly status: 'enabled' | 'disabled'
  readonly createdAt: Date
  readonly pausedAt: Date | null
  readonly disabledAt: Date | null
  readonly disabledReason: string | null
  readonly asymmetric: boolean
  readonly legacySignature: boolean
  readonly ordered: boolean
  readonly health: HealthState
  readonly attemptsAtOnce: number
  readonly failures: number
  readonly failingSince: Date | null
  readonly lastFailureAt: Date | null
  readonly probeAt: Date | null
  /** Of the secrets that sign now, newest first. */
  readonly secretIds: readonly string[]
}

export function showEndpoint(row: EndpointRow, keys: SigningKeys, now: Date): WebhookEndpoint {
  const isFailing = row.status === 'enabled' && row.failingSince !== null
  return {
    id: row.id,
    organisationId: row.organisationId,
    url: row.url,
    eventTypes: row.eventTypes,
    status: row.status === 'enabled' && row.pausedAt !== null ? 'paused' : row.status,
    createdAt: row.createdAt.toISOString(),
    pausedAt: instant(row.pausedAt),
    disabledAt: instant(row.disabledAt),
    disabledReason: row.disabledReason,
    asymmetricSignature: row.asymmetric,
    publicKeys: row.asymmetric ? row.secretIds.map((id) => keys.publicKey(id)) : [],
    legacySignature: row.legacySignature,
    ordered: row.ordered,
    health: {
      state: row.health,
      attemptsAtOnce: row.health === 'closed' ? row.attemptsAtOnce : 1,
      failures: row.failures,
      failingSince: instant(row.failingSince),
      lastFailureAt: instant(row.lastFailureAt),
      nextProbeAt: instant(row.probeAt),
      failingNotice: isFailing ? (notices.get(noticeAfterMs(row, now)) ?? null) : null,
      disablesAt: isFailing ? instant(disablesAt(row)) : null,
    },
  }
}

const notices = new Map<number | undefined, string>(
  noticesAfterMs.map((ms) => [ms, `${ms / 3_600_000} hour${ms > 3_600_000 ? 's' : ''}`]),
)

/**
 * Without types it gets every type, also those to come.
 * @throws Refusal UNPROCESSABLE_ENTITY for an empty list, which would mean nothing or all
 */
export function wantedTypes(eventTypes: NewWebhookEndpoint['eventTypes']): EventType[] | null {
  if (eventTypes?.length === 0) {
    throw refuseField(
      'UNPROCESSABLE_ENTITY',
      '/eventTypes',
      'name at least one type, or leave it out for all',
    )
  }
  return eventTypes ? [...new Set(eventTypes)] : null
}

export function instant(at: Date | null): string | null {
  return at === null ? null : at.toISOString()
}
