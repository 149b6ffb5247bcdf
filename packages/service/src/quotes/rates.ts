/**
 * Exchange rates that the operator imported, for purchases in currencies that the factor set has none for, and for what a
 * statement says beside an amount. Not for moving money: a rate only says what something is worth elsewhere, and wherever
 * it does, its day and source are named.
 * Law: rates are never changed; a correction comes under another source, and the later import is preferred.
 */
import type { DatedRates } from '@ekko/footprint/purchase'
import { MAX_RATE_AGE_DAYS } from '@ekko/footprint/purchase'
import { Cache } from '../kernel/cache.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Database, Queryable } from '../kernel/database.ts'
import type { DatedRate } from './rate-table.ts'

/** How long a newly imported rate may go unused. */
const ratesCacheTtlMs = 60_000
/** Currencies times days. */
const ratesCacheMax = 1_000
/** Rates for each statement of an import. */
const importBatchMax = 5_000
/** The history of 27 years in one transaction. */
const importTimeoutMs = 600_000
export const sourceCharsMax = 100

export interface Rates {
  /** The rate of the day, or of the nearest earlier one that is not too old to be used. */
  find(currency: string, day: string): Promise<DatedRates | undefined>
}

export function ratesIn(database: Queryable, clock: Clock): Rates {
  const cache = new Cache<DatedRates>(clock, ratesCacheTtlMs, ratesCacheMax)
  return {
    find: (currency, day) => cache.through(`${currency} ${day}`, () => selectRates(database, currency, day)),
  }
}

interface FoundRate {
  readonly day: string
  readonly source: string
  readonly units: string
  /** Dollars for one of the rate's base. */
  readonly usdUnits: string
}

/** A rate for a euro needs the dollar's of the same day and source to become one for a dollar. */
async function selectRates(
  database: Queryable,
  currency: string,
  day: string,
): Promise<DatedRates | undefined> {
  const [found] = await database.query<FoundRate>(
    `select r.day::text as day, r.source, r.units_per_base as units, coalesce(u.units_per_base, 1) as "usdUnits"
     from exchange_rate r
     left join exchange_rate u on r.base <> 'USD'
       and u.currency = 'USD' and u.day = r.day and u.source = r.source and u.base = r.base
     where r.currency = $1 and r.day between $2::date - $3::integer and $2::date
       and (r.base = 'USD' or u.units_per_base is not null)
     order by r.day desc, r.imported_at desc, r.source limit 1`,
    [currency, day, MAX_RATE_AGE_DAYS],
  )
  if (!found) return undefined
  const perUsd = Number(found.units) / Number(found.usdUnits)
  return { date: found.day, perUsd: { [currency]: perUsd }, source: found.source }
}

/** Two currencies of one source and day; their units are decimal text, as published, for one of the same base. */
export interface CrossRate {
  readonly day: string
  readonly source: string
  readonly fromUnits: string
  readonly toUnits: string
}

/** The rate of the day between two currencies, or of the nearest earlier day that is not too old. */
export async function findCrossRate(
  database: Queryable,
  from: string,
  to: string,
  day: string,
): Promise<CrossRate | undefined> {
  const [found] = await database.query<CrossRate>(
    `select day::text as day, source, "from"::text as "fromUnits", "to"::text as "toUnits" from (
       select day, source, max(imported_at) as imported_at,
         coalesce(max(units_per_base) filter (where currency = $1), case when base = $1 then 1 end) as "from",
         coalesce(max(units_per_base) filter (where currency = $2), case when base = $2 then 1 end) as "to"
       from exchange_rate where currency in ($1, $2) and day between $3::date - $4::integer and $3::date
       group by day, source, base) as both_of
     where "from" is not null and "to" is not null
     order by day desc, imported_at desc, source limit 1`,
    [from, to, day, MAX_RATE_AGE_DAYS],
  )
  return found
}

/** @returns how many were added, and how many had been imported before. @throws RateConflict, then nothing is added */
export async function importRates(
  database: Database,
  clock: Clock,
  rates: readonly DatedRate[],
  source: string,
): Promise<{ added: number; known: number }> {
  if (source.trim() === '' || source.length > sourceCharsMax) {
    throw new TypeError(`a source has 1 to ${sourceCharsMax} characters`)
  }
  const now = clock.now()
  const add = async (tx: Queryable) => {
    let added = 0
    for (let at = 0; at < rates.length; at += importBatchMax) {
      added += await insertBatch(tx, rates.slice(at, at + importBatchMax), source, now)
    }
    return added
  }
  const added = await database.transaction(add, { timeoutMs: importTimeoutMs })
  return { added, known: rates.length - added }
}

/** The source said something else of that day before. */
export class RateConflict extends Error {
  override readonly name = 'RateConflict'
}

async function insertBatch(
  tx: Queryable,
  batch: readonly DatedRate[],
  source: string,
  now: Date,
): Promise<number> {
  const columns = [
    batch.map(({ day }) => day),
    batch.map(({ currency }) => currency),
    batch.map(({ base }) => base),
    batch.map(({ unitsPerBase }) => unitsPerBase),
  ]
  const [result] = await tx.query<{ added: bigint }>(
    `with added as (
       insert into exchange_rate (day, currency, base, units_per_base, source, imported_at)
       select n.*, $5, $6 from unnest($1::date[], $2::text[], $3::text[], $4::numeric[]) n
       on conflict do nothing returning 1)
     select count(*) as added from added`,
    [...columns, source, now],
  )
  const added = Number(result!.added)
  if (added < batch.length) await refuseOther(tx, columns, source)
  return added
}

async function refuseOther(tx: Queryable, columns: readonly unknown[], source: string): Promise<void> {
  const [other] = await tx.query<{ day: string; currency: string; kept: string; given: string }>(
    `select r.day::text as day, r.currency, r.units_per_base || ' ' || r.base as kept, n.units || ' ' || n.base as given
     from unnest($1::date[], $2::text[], $3::text[], $4::numeric[]) n (day, currency, base, units)
     join exchange_rate r on r.day = n.day and r.currency = n.currency and r.source = $5
     where (r.base, r.units_per_base) is distinct from (n.base, n.units)
     order by r.day, r.currency limit 1`,
    [...columns, source],
  )
  if (!other) return
  throw new RateConflict(
    `${source} has ${other.kept} for ${other.currency} on ${other.day} already, not ${other.given}; ` +
      'rates are never changed, import a correction under another source',
  )
}

export interface ListedRates {
  readonly currency: string
  readonly source: string
  readonly firstDay: string
  readonly lastDay: string
  readonly days: number
}

/** What there is, a line for each currency and source. */
export function listRates(database: Queryable): Promise<ListedRates[]> {
  return database.query<ListedRates>(
    `select currency, source, min(day)::text as "firstDay", max(day)::text as "lastDay", count(*)::integer as days
     from exchange_rate group by currency, source order by currency, source`,
  )
}
