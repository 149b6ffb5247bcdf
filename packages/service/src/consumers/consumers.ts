/**
 * Consumers as rows: reading one along with what refers to it, and erasing one.
 * Not for writing them, which the session that brings one does (`sessions/session-inserts.ts`).
 * Law: erasing leaves the row, without anything that says who it was; the books, records and events go on to refer to it.
 */
import type { ConsumerErasure, NewConsumerErasure } from '@ekko/contract/consumer-resources'
import type { Context } from '../kernel/context.ts'
import type { Organisations } from '../organisations/organisations.ts'
import { ConsumerSeals } from './consumer.ts'

/** A merchant may give many consumers the same reference; so many rows are erased by one statement. */
const erasedAtOnceMax = 1_000

/** SQL that answers the `KeptConsumer` of an id, from its primary key. */
export const consumerIn = (id: string): string =>
  `(select array[uuid_send(kept.id), kept.sealed_key, kept.sealed] from consumer kept
    where kept.id = ${id} and kept.erased_at is null)`

/**
 * SQL that answers the same as bytes, for `unpackConsumer`: the size of the key, id, key, sealed. For many rows, where
 * reading arrays of bytes costs more than all the rest of a row.
 */
export const packedConsumerIn = (id: string): string =>
  `(select int2send(octet_length(kept.sealed_key)::int2) || uuid_send(kept.id) || kept.sealed_key || kept.sealed
    from consumer kept where kept.id = ${id} and kept.erased_at is null)`

/**
 * Forgets what was said of a consumer in the sessions of one organisation, not of those below it: a reference means
 * somebody else there. Doing it again changes nothing.
 * @throws Refusal NOT_FOUND when the organisation is not the principal or below it
 */
export async function eraseConsumer(
  context: Pick<Context, 'database' | 'clock' | 'keys'>,
  organisations: Organisations,
  principalId: string,
  { organisationId, consumer }: NewConsumerErasure,
): Promise<ConsumerErasure> {
  const organisation = await organisations.find(principalId, organisationId ?? principalId, '/organisationId')
  const lookup = new ConsumerSeals(context.keys.master).lookup(organisation.rootId, consumer.reference)
  const erasedAt = context.clock.now()
  let erasedSessions = 0
  for (;;) {
    const rows = await context.database.query(eraseSql, [organisation.id, lookup, erasedAt])
    erasedSessions += rows.length
    if (rows.length < erasedAtOnceMax) break
  }
  return { organisationId: organisation.id, erasedSessions, erasedAt: erasedAt.toISOString() }
}

const eraseSql = `
update consumer set lookup = null, sealed_key = null, sealed = null, erased_at = $3
where id = any (array(
  select id from consumer where organisation_id = $1 and lookup = $2 order by id limit ${erasedAtOnceMax} for update))
returning id`
