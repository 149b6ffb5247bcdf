/**
 * Checkpoints and the public halves of their keys, as rows. Not for what a checkpoint says (`checkpoint.ts`).
 * Laws: only the last key signs; a key that signed once is kept for ever, so that old checkpoints stay checkable; a
 * database is never signed for with another master key than before.
 */
import type { Queryable } from '../kernel/database.ts'
import type { SignedCheckpoint } from './checkpoint.ts'
import { checkpointKey, jwkOf, ledgerName, type SigningKey, type VerifyingKey } from './checkpoint-key.ts'

/** The keys of a ledger, the first one first; empty before anything was sealed. */
export async function checkpointKeys(
  database: Queryable,
): Promise<(VerifyingKey & { generation: number })[]> {
  const rows = await database.query<{ generation: number; publicKey: Buffer }>(
    'select generation, public_key as "publicKey" from checkpoint_key order by generation',
  )
  const [first] = rows
  return rows.map(({ generation, publicKey }) => ({
    generation,
    publicKey,
    name: ledgerName(first!.publicKey),
  }))
}

/** For a public key set. */
export async function checkpointJwks(database: Queryable): Promise<Readonly<Record<string, string>>[]> {
  return (await checkpointKeys(database)).map(jwkOf)
}

/** The key that signs now; the first time, it is stored. @throws Error when the master key is another than before */
export async function currentKey(
  database: Queryable,
  master: Uint8Array,
): Promise<SigningKey & { origin: string }> {
  const keys = await checkpointKeys(database)
  const last = keys.at(-1)
  const key = checkpointKey(master, last?.generation ?? 1)
  if (last === undefined) await storeKey(database, key)
  else if (!key.publicKey.equals(last.publicKey)) {
    throw new Error('this database’s checkpoints are signed with another master key')
  }
  return { ...key, origin: last?.name ?? ledgerName(key.publicKey) }
}

/** From now on the next key signs. Answers it. */
export async function rotateKey(database: Queryable, master: Uint8Array): Promise<VerifyingKey> {
  const { generation, origin } = await currentKey(database, master)
  const key = checkpointKey(master, generation + 1)
  await storeKey(database, key)
  return { name: origin, publicKey: key.publicKey }
}

async function storeKey(database: Queryable, { generation, publicKey }: SigningKey): Promise<void> {
  await database.query(
    'insert into checkpoint_key (generation, public_key) values ($1, $2) on conflict do nothing',
    [generation, publicKey],
  )
}

interface Row {
  readonly size: bigint
  readonly root: Buffer
  readonly chain: Buffer
  readonly signedAt: Date
  readonly publicKey: Buffer | null
  readonly signature: Buffer
}

// Only milliseconds are signed: a row that has more was changed.
const columns = `c.size, c.root_hash as root, c.chain_hash as chain, c.signed_at as "signedAt",
  k.public_key as "publicKey",
  case when c.signed_at = date_trunc('milliseconds', c.signed_at) then c.signature else ''::bytea end as signature`
const latestSql = `select ${columns} from checkpoint c left join checkpoint_key k on k.generation = c.generation
  order by c.size desc limit 1`
const fromSql = `select ${columns} from checkpoint c left join checkpoint_key k on k.generation = c.generation
  where c.size > $1 and c.size <= $2 order by c.size limit $3`
const insertSql = `insert into checkpoint (size, root_hash, chain_hash, signed_at, generation, signature)
  values ($1, $2, $3, $4, $5, $6)`

export async function latestCheckpoint(database: Queryable): Promise<SignedCheckpoint | undefined> {
  const [key] = await checkpointKeys(database)
  const [row] = await database.query<Row>(latestSql)
  return row && key && signedOf(row, key.name)
}

/** In the order of their sizes, above `size` and up to `last`. */
export async function checkpointsFrom(
  database: Queryable,
  origin: string,
  size: number,
  last: number,
  limit: number,
): Promise<SignedCheckpoint[]> {
  const rows = await database.query<Row>(fromSql, [size, last, limit])
  return rows.map((row) => signedOf(row, origin))
}

export async function storeCheckpoint(
  database: Queryable,
  { size, root, chain, signedAt, signature }: SignedCheckpoint,
  generation: number,
): Promise<void> {
  await database.query(insertSql, [size, root, chain, signedAt, generation, signature])
}

// Sizes fit a number: a seal each microsecond would take 285 years.
function signedOf({ size, publicKey, ...rest }: Row, origin: string): SignedCheckpoint {
  return { ...rest, origin, size: Number(size), publicKey: publicKey ?? noKey }
}

/** A checkpoint whose key is gone is signed by nobody. */
const noKey = Buffer.alloc(32)
