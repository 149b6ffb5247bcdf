/**
 * Sealing: committed journals are numbered without a gap, chained, and put into the Merkle tree, in batches of one
 * transaction each. Not for when that happens (`seal-rounds.ts`) nor for what a leaf holds (`leaves.ts`).
 *
 * Laws: one batch at a time, whoever makes it, so that numbers become visible in their order and a reader of what is sealed
 * never misses a row; whatever was written after seeing something else is sealed after it; no transaction id decides
 * anything, so that a restored dump goes on where it was.
 */
import type { Context } from '../kernel/context.ts'
import type { Database, Queryable, Transaction } from '../kernel/database.ts'
import { sha256 } from '../kernel/secret.ts'
import { type SignedCheckpoint, signCheckpoint } from './checkpoint.ts'
import { currentKey, storeCheckpoint } from './checkpoints.ts'
import { leafHashSql, leafJoinsSql } from './leaves.ts'
import { GrowingTree, hashBytes, keptLevels, type Subtree } from './merkle.ts'

/** Notified after each batch, in all processes. */
export const sealedChannel = 'ekko_sealed'
/** Of one batch. */
export const sealedMax = 500
const batchTimeoutMs = 8_000
/** "seal" in ASCII. */
const sealLock = 0x7365616c
const checkpointEveryMs = 1_000
/** What the first seal is chained to. */
export const chainStart = Buffer.alloc(hashBytes)

type SealContext = Pick<Context, 'database' | 'clock' | 'keys'>

export interface SealedBatch {
  readonly count: number
  /** When what it sealed was recorded. */
  readonly recordedAt: readonly Date[]
}

/** Also signs a checkpoint: when one is due, or at once. */
export type CheckpointWish = 'due' | 'now'

/** Seals what waits, a batch at most. */
export async function sealBatch(context: SealContext, wish: CheckpointWish = 'due'): Promise<SealedBatch> {
  const { database, clock, keys } = context
  const now = clock.now()
  return database.transaction(
    async (tx) => {
      const [, head, taken] = await Promise.all([
        tx.query('select pg_advisory_xact_lock($1)', [sealLock]),
        headOf(tx),
        tx.query<Taken>(takeSql, [sealedMax, now]),
      ])
      await append(tx, keys.master, head, { taken, now, wish })
      if (taken.length > 0) tx.afterCommit(() => announce(database))
      return { count: taken.length, recordedAt: taken.map(({ recordedAt }) => recordedAt) }
    },
    { timeoutMs: batchTimeoutMs },
  )
}

/** Whether anything waits to be sealed, or to be spoken for by a checkpoint. */
export async function hasUnsealed(database: Queryable): Promise<boolean> {
  const [row] = await database.query<{ waits: boolean }>(waitsSql)
  return row!.waits
}

const drains = new WeakMap<Database, { running: Promise<void>; next?: Promise<void> }>()

/** Seals everything that was committed before the call, and may be called by anybody at any time. */
export function sealNow(context: SealContext, wish: CheckpointWish = 'due'): Promise<void> {
  const { database } = context
  const drain = drains.get(database)
  if (drain && wish === 'due') {
    // The one under way may have looked before this call.
    drain.next ??= drain.running.then(
      () => sealNow(context),
      () => sealNow(context),
    )
    return drain.next
  }
  const running = sealAll(context, wish).finally(() => {
    if (drains.get(database)?.running === running) drains.delete(database)
  })
  drains.set(database, { running })
  return running
}

async function sealAll(context: SealContext, wish: CheckpointWish): Promise<void> {
  while ((await sealBatch(context, wish)).count === sealedMax);
}

interface Head {
  readonly size: number
  readonly chain: Buffer
  readonly checkpointSize: number
  readonly checkpointAt: Date | null
}

async function headOf(tx: Queryable): Promise<Head> {
  const [row] = await tx.query<{
    size: bigint | null
    chain: Buffer | null
    checkpointSize: bigint | null
    checkpointAt: Date | null
  }>(headSql)
  const { size, chain, checkpointSize, checkpointAt } = row!
  return {
    size: Number(size ?? 0),
    chain: chain ?? chainStart,
    checkpointSize: Number(checkpointSize ?? 0),
    checkpointAt,
  }
}

const headSql = `
select s.seal_number as size, s.chain_hash as chain, c.size as "checkpointSize", c.signed_at as "checkpointAt"
from (select) as one
left join lateral (select seal_number, chain_hash from seal order by seal_number desc limit 1) as s on true
left join lateral (select size, signed_at from checkpoint order by size desc limit 1) as c on true`

const waitsSql = `
select exists (select from unsealed)
  or coalesce((select max(seal_number) from seal), 0) > coalesce((select max(size) from checkpoint), 0) as waits`

interface Taken {
  readonly journalId: string | null
  readonly eventId: string | null
  readonly recordId: string | null
  readonly organisationId: string | null
  readonly rootId: string | null
  readonly recordedAt: Date
  readonly leafHash: Buffer
}

// `offset 0` keeps the planner on the keys, however large it takes the batch to be.
const takeSql = `
with taken as (
  delete from unsealed u using (select position from unsealed order by position limit $1::integer) as first
  where u.position = first.position returning u.position, u.journal_id, u.event_id),
s as materialized (
  select taken.position, taken.journal_id, e.id as event_id, i.id as record_id,
    coalesce(e.organisation_id, i.organisation_id) as organisation_id,
    coalesce(e.root_id, i.organisation_path[1]) as root_id,
    $2::timestamptz as sealed_at, coalesce(j.recorded_at, e.created_at) as recorded_at
  from taken
  left join lateral (select recorded_at from journal where id = taken.journal_id offset 0) as j on true
  left join lateral (
    select id, organisation_id, organisation_path from impact_record where journal_id = taken.journal_id offset 0) as i on true
  left join lateral (
    select id, organisation_id, root_id, created_at from event where journal_id = taken.journal_id
    union all
    select id, organisation_id, root_id, created_at from event where id = taken.event_id) as e on true)
select s.journal_id as "journalId", s.event_id as "eventId", s.record_id as "recordId",
  s.organisation_id as "organisationId", s.root_id as "rootId", s.recorded_at as "recordedAt", ${leafHashSql} as "leafHash"
from s ${leafJoinsSql} order by s.position`

/** Writes the seals, the subtrees that they complete, and a checkpoint when it is time for one. */
async function append(
  tx: Transaction,
  master: Uint8Array,
  head: Head,
  { taken, now, wish }: { taken: readonly Taken[]; now: Date; wish: CheckpointWish },
): Promise<void> {
  const size = head.size + taken.length
  const isDue = size > head.checkpointSize && (wish === 'now' || isOld(head.checkpointAt, now))
  const chain = chained(head.chain, taken)
  const kept: (Subtree & { hash: Buffer })[] = []
  let checkpoint: { signed: SignedCheckpoint; generation: number } | undefined
  if (isDue || blockOf(size) > blockOf(head.size)) {
    const tree = await loadTree(tx, head.size, (subtree, hash) => kept.push({ ...subtree, hash }))
    for (const { leafHash } of taken) tree.add(leafHash)
    if (isDue) {
      const { origin, ...key } = await currentKey(tx, master)
      const last = { origin, size, root: tree.root(), chain: chain.at(-1) ?? head.chain, signedAt: now }
      checkpoint = { signed: signCheckpoint(last, key), generation: key.generation }
    }
  }
  // Begun together and only here: one that failed while something else was awaited would end the process.
  await Promise.all([
    taken.length > 0 && insertSeals(tx, head.size, taken, chain, now),
    kept.length > 0 && insertSubtrees(tx, kept),
    checkpoint && storeCheckpoint(tx, checkpoint.signed, checkpoint.generation),
  ])
}

// A clock that was set back makes the last one look as if it came later.
function isOld(checkpointAt: Date | null, now: Date): boolean {
  const ageMs = checkpointAt === null ? checkpointEveryMs : now.getTime() - checkpointAt.getTime()
  return ageMs >= checkpointEveryMs || ageMs < 0
}

const blockOf = (size: number) => Math.floor(size / 2 ** keptLevels)

function chained(start: Buffer, taken: readonly Taken[]): Buffer[] {
  let last = start
  return taken.map(({ leafHash }) => {
    last = nextInChain(last, leafHash)
    return last
  })
}

export function nextInChain(last: Buffer, leafHash: Buffer): Buffer {
  return sha256(Buffer.concat([last, leafHash]))
}

/** The tree of the first `size` seals, made from what is kept of it. */
async function loadTree(
  tx: Queryable,
  size: number,
  onKept: (subtree: Subtree, hash: Buffer) => void,
): Promise<GrowingTree> {
  const tree = new GrowingTree(onKept)
  const tails: { level: number; start: number; end: number }[] = []
  for (let level = keptLevels; 2 ** level <= size; level += keptLevels) {
    const end = Math.floor(size / 2 ** level)
    tails.unshift({ level, start: end - (end % 2 ** keptLevels), end })
  }
  const subtrees = await tx.query<{ level: number; hash: Buffer }>(tailsSql, [
    tails.map(({ level }) => level),
    tails.map(({ start }) => start),
    tails.map(({ end }) => end),
  ])
  for (const { level, hash } of subtrees) tree.add(hash, level)
  const leaves = await tx.query<{ hash: Buffer }>(leavesSql, [size - (size % 2 ** keptLevels), size])
  for (const { hash } of leaves) tree.add(hash)
  if (tree.size !== size) throw new Error(`the tree of the seals ends at ${tree.size}, not at ${size}`)
  return tree
}

const tailsSql = `
select tree.level, tree.hash from unnest($1::integer[], $2::bigint[], $3::bigint[]) as tail (level, first, after)
cross join lateral (
  select level, place, hash from seal_tree
  where level = tail.level and place >= tail.first and place < tail.after offset 0) as tree
order by tree.level desc, tree.place`
const leavesSql = `select leaf_hash as hash from seal where seal_number > $1 and seal_number <= $2 order by seal_number`

async function insertSeals(
  tx: Queryable,
  size: number,
  taken: readonly Taken[],
  chain: readonly Buffer[],
  sealedAt: Date,
): Promise<void> {
  const column = <T>(pick: (row: Taken) => T) => taken.map(pick)
  await tx.query(insertSealsSql, [
    size,
    column((row) => row.journalId),
    column((row) => row.eventId),
    column((row) => row.recordId),
    column((row) => row.organisationId),
    column((row) => row.rootId),
    column((row) => row.leafHash),
    chain,
    sealedAt,
  ])
}

const insertSealsSql = `
insert into seal (seal_number, journal_id, event_id, record_id, organisation_id, root_id, leaf_hash, chain_hash, sealed_at)
select $1::bigint + n.place, n.journal_id, n.event_id, n.record_id, n.organisation_id, n.root_id, n.leaf_hash, n.chain_hash,
  $9::timestamptz
from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::bytea[], $8::bytea[]) with ordinality
  as n (journal_id, event_id, record_id, organisation_id, root_id, leaf_hash, chain_hash, place)`

async function insertSubtrees(
  tx: Queryable,
  kept: readonly (Subtree & { readonly hash: Buffer })[],
): Promise<void> {
  await tx.query(
    'insert into seal_tree (level, place, hash) select * from unnest($1::smallint[], $2::bigint[], $3::bytea[])',
    [kept.map(({ level }) => level), kept.map(({ place }) => place), kept.map(({ hash }) => hash)],
  )
}

function announce(database: Database): void {
  // Whoever waits for it looks again after a while anyway.
  database.query(announceSql, [sealedChannel]).catch(() => undefined)
}

const announceSql = "select pg_notify($1, '')"
