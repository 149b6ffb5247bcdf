/**
 * Makes proofs from what is stored: that something is in the ledger, and that the ledger only ever grew.
 * Not for checking them (`proof.ts`).
 * Law: a proof reads as many rows as the tree is high, times the width of what is kept, however many seals there are.
 */
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { formatNote, type SignedCheckpoint } from './checkpoint.ts'
import { formatKey } from './checkpoint-key.ts'
import { checkpointKeys, latestCheckpoint } from './checkpoints.ts'
import type { LeafContent } from './leaf.ts'
import { leafContentSql, leafJoinsSql } from './leaves.ts'
import {
  consistencyRanges,
  GrowingTree,
  inclusionRanges,
  joined,
  keptLevels,
  type Range,
  type Subtree,
  subtreesOf,
} from './merkle.ts'
import {
  type ConsistencyProof,
  consistencyFormat,
  type InclusionProof,
  inclusionFormat,
  readSigned,
} from './proof.ts'
import { sealNow } from './seals.ts'

type ProofContext = Pick<Context, 'database' | 'clock' | 'keys'>

/**
 * Proofs of everything that was sealed for an id: of a record, contribution, allocation, reversal, journal or event.
 * What is not sealed or not under a checkpoint yet is, first. Answers none when nothing has this id.
 */
export async function proveInclusion(context: ProofContext, id: string): Promise<InclusionProof[]> {
  const { database } = context
  await sealNow(context, 'now')
  const found = await database.query<{ number: bigint; content: LeafContent }>(findSql, [id])
  const checkpoint = found.length === 0 ? undefined : await latestCheckpoint(database)
  if (checkpoint === undefined) return []
  const proofs: InclusionProof[] = []
  for (const { number, content } of found) {
    const ranges = inclusionRanges(Number(number) - 1, checkpoint.size)
    const path = await hashesOf(database, ranges)
    proofs.push({
      format: inclusionFormat,
      sealNumber: Number(number),
      content,
      path: path.map(toBase64),
      ...signed(checkpoint),
    })
  }
  return proofs
}

/** @throws Error when the old checkpoint is not one of this ledger, or of one larger than it */
export async function proveConsistency(context: ProofContext, oldNote: string): Promise<ConsistencyProof> {
  const { database } = context
  await sealNow(context, 'now')
  const old = readSigned(oldNote, await checkpointKeys(database))
  const checkpoint = await latestCheckpoint(database)
  if (checkpoint === undefined || old.size > checkpoint.size) {
    throw new Error(
      `the checkpoint speaks for ${old.size} seals, but there are only ${checkpoint?.size ?? 0}`,
    )
  }
  const path = await hashesOf(database, consistencyRanges(old.size, checkpoint.size))
  return {
    format: consistencyFormat,
    oldCheckpoint: oldNote,
    path: path.map(toBase64),
    ...signed(checkpoint),
  }
}

function signed(checkpoint: SignedCheckpoint): { checkpoint: string; key: string } {
  const key = formatKey({ name: checkpoint.origin, publicKey: checkpoint.publicKey })
  return { checkpoint: formatNote(checkpoint), key }
}

const toBase64 = (hash: Buffer) => hash.toString('base64')

// An id of a contribution or an allocation also finds what was given back of it.
const findSql = `
with allocation as (
  select id, journal_id from funds_allocation where id = $1
  union select id, journal_id from funds_allocation where contribution_id = $1),
reversals as (
  select journal_id, undoing_journal_id from reversal where id = $1
  union select journal_id, undoing_journal_id from reversal where allocation_id in (select id from allocation)),
journals as (
  select id from journal where id = $1
  union select journal_id from impact_record where id = $1
  union select journal_id from event where id = $1
  union select journal_id from allocation
  union select unnest(array[journal_id, undoing_journal_id]) from reversals)
select s.seal_number as number, ${leafContentSql} as content
from seal s ${leafJoinsSql}
where s.journal_id in (select id from journals) or (s.journal_id is null and s.event_id = $1)
order by s.seal_number`

/** The hashes of ranges of leaves, each made from the complete subtrees that it consists of. */
async function hashesOf(database: Queryable, ranges: readonly Range[]): Promise<Buffer[]> {
  const subtrees = ranges.map(subtreesOf)
  const hashes = await subtreeHashes(database, subtrees.flat())
  return subtrees.map((parts) => joined(parts.map(() => hashes.shift()!)))
}

async function subtreeHashes(database: Queryable, wanted: readonly Subtree[]): Promise<Buffer[]> {
  // What is kept of a subtree, or lies below it: nodes of the kept level at or below its own.
  const pieces = wanted.map(({ level, place }) => {
    const kept = level - (level % keptLevels)
    const width = 2 ** (level - kept)
    return { level: kept, first: place * width, after: (place + 1) * width }
  })
  const rows = await database.query<{ piece: bigint; hash: Buffer }>(piecesSql, [
    pieces.map(({ level }) => level),
    pieces.map(({ first }) => first),
    pieces.map(({ after }) => after),
  ])
  const trees = pieces.map(() => new GrowingTree())
  for (const { piece, hash } of rows) trees[Number(piece) - 1]!.add(hash)
  return trees.map((tree, index) => {
    const { first, after } = pieces[index]!
    if (tree.size !== after - first) throw new Error('the tree of the seals has a hole; verify the ledger')
    return tree.root()
  })
}

const piecesSql = `
select p.piece, node.hash from unnest($1::integer[], $2::bigint[], $3::bigint[]) with ordinality
  as p (level, first, after, piece)
cross join lateral (
  select seal_number - 1 as place, leaf_hash as hash from seal
  where p.level = 0 and seal_number > p.first and seal_number <= p.after
  union all
  select place, hash from seal_tree where level = p.level and place >= p.first and place < p.after) as node
order by p.piece, node.place`
