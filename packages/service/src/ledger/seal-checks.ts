/**
 * Checks every seal against what it seals, the chain, the tree and the checkpoints, reading each row once and keeping only
 * a few windows of them in memory. Not for the laws of the books (`laws.ts`).
 * Law: no byte of a sealed row changes without being found. What only a copy from outside can tell, that the newest seals
 * were cut off together with their checkpoints, is what `ekko ledger consistency` is for.
 */
import type { Queryable } from '../kernel/database.ts'
import { isGenuine, type SignedCheckpoint } from './checkpoint.ts'
import { checkpointKey } from './checkpoint-key.ts'
import { checkpointKeys, checkpointsFrom } from './checkpoints.ts'
import { leafHashSql, leafJoinsSql } from './leaves.ts'
import { GrowingTree, hashBytes, type Subtree } from './merkle.ts'
import { chainStart, nextInChain } from './seals.ts'

/** Planning a window takes as long as reading some hundred seals. */
const windowSeals = 4_000
/** So many windows are read at the same time; on a server each takes a connection. */
const windowsAtOnce = 3
/** After so many it is clear that something is wrong. */
const findingsMax = 10

export interface SealReport {
  /** Seals that were read. */
  readonly seals: number
  readonly checkpoints: number
  /** One sentence for each finding, the first ones only; empty when every seal holds. */
  readonly broken: readonly string[]
}

/** @param master also shows that the keys are the deployment's own; without it the stored ones are believed */
export async function verifySeals(database: Queryable, master?: Uint8Array): Promise<SealReport> {
  const [last] = await database.query<{ size: bigint | null; checkpoint: bigint | null }>(
    'select (select max(seal_number) from seal) as size, (select max(size) from checkpoint) as checkpoint',
  )
  const size = Number(last!.size ?? 0)
  const check = new SealCheck(database)
  const keys = await checkpointKeys(database)
  for (const { generation, publicKey } of keys) {
    if (master && !checkpointKey(master, generation).publicKey.equals(publicKey)) {
      check.broken.push(`checkpoint key ${generation} is not this deployment’s`)
    }
  }
  if (Number(last!.checkpoint ?? 0) > size) {
    check.broken.push(`a checkpoint speaks for ${last!.checkpoint} seals, but there are only ${size}`)
  }
  await check.run(size, keys[0]?.name ?? '')
  return { seals: size, checkpoints: check.checkpoints, broken: check.broken.slice(0, findingsMax) }
}

/** Many seals in one row: reading each as a row of its own would take longer than checking it. */
interface SealWindow {
  /** How many there are before the first gap. */
  readonly whole: number
  readonly leafHashes: Buffer
  readonly chainHashes: Buffer
  /** Numbers of those whose content is not what was sealed. */
  readonly changed: readonly bigint[]
}

class SealCheck {
  readonly broken: string[] = []
  checkpoints = 0
  readonly #database: Queryable
  readonly #tree: GrowingTree
  #chain: Buffer = chainStart
  #kept: (Subtree & { hash: Buffer })[] = []
  #keptCount = 0

  constructor(database: Queryable) {
    this.#database = database
    this.#tree = new GrowingTree((subtree, hash) => this.#kept.push({ ...subtree, hash }))
  }

  async run(size: number, origin: string): Promise<void> {
    const windows: Promise<SealWindow[]>[] = []
    let asked = 0
    while (this.#tree.size < size && this.broken.length < findingsMax) {
      for (; windows.length < windowsAtOnce && asked < size; asked += windowSeals) {
        const rows = this.#database.query<SealWindow>(windowSql, [asked, Math.min(asked + windowSeals, size)])
        // Awaited in its turn; a failure before that must not count as unhandled.
        rows.catch(() => undefined)
        windows.push(rows)
      }
      const end = Math.min(this.#tree.size + windowSeals, size)
      const [window] = (await windows.shift())!
      if (!(await this.#window(window!, end, origin))) break
    }
    await Promise.allSettled(windows)
    if (this.broken.length === 0) await this.#countSubtrees()
  }

  /** False when a seal is missing, so that nothing can be said of what follows. */
  async #window(window: SealWindow, end: number, origin: string): Promise<boolean> {
    const checkpoints = await checkpointsFrom(this.#database, origin, this.#tree.size, end, windowSeals)
    const changed = new Set(window.changed.map(Number))
    let next = 0
    for (let at = 0; at < window.whole && this.broken.length < findingsMax; at += 1) {
      const isChained = this.#append(hashAt(window.leafHashes, at), hashAt(window.chainHashes, at))
      const number = this.#tree.size
      if (!isChained) this.#found(`seal ${number}: the chain breaks at ${await this.#subject(number)}`)
      else if (changed.has(number)) {
        this.#found(`seal ${number}: what is stored of ${await this.#subject(number)} is not what was sealed`)
      }
      for (; checkpoints[next]?.size === number; next += 1) this.#checkpoint(checkpoints[next]!)
    }
    await this.#subtrees()
    if (this.#tree.size === end) return true
    this.#found(`seal ${this.#tree.size + 1} is missing`)
    return false
  }

  /** False when the chain breaks here. */
  #append(leafHash: Buffer, chainHash: Buffer): boolean {
    this.#tree.add(leafHash)
    const isChained = nextInChain(this.#chain, leafHash).equals(chainHash)
    this.#chain = chainHash
    return isChained
  }

  #checkpoint(checkpoint: SignedCheckpoint): void {
    this.checkpoints += 1
    if (!isGenuine(checkpoint)) {
      this.#found(`the signature of the checkpoint of ${checkpoint.size} seals is wrong`)
    } else if (!checkpoint.root.equals(this.#tree.root()) || !checkpoint.chain.equals(this.#chain)) {
      this.#found(`the checkpoint of ${checkpoint.size} seals speaks for other seals`)
    }
  }

  async #subject(number: number): Promise<string> {
    const [row] = await this.#database.query<{ subject: string }>(
      `select case when journal_id is null then 'event ' || event_id else 'journal ' || journal_id end as subject
       from seal where seal_number = $1`,
      [number],
    )
    return row!.subject
  }

  async #subtrees(): Promise<void> {
    const kept = this.#kept
    this.#kept = []
    this.#keptCount += kept.length
    const rows = await this.#database.query<{ level: number; place: bigint }>(subtreesSql, [
      kept.map(({ level }) => level),
      kept.map(({ place }) => place),
      kept.map(({ hash }) => hash),
    ])
    for (const { level, place } of rows) this.#found(`subtree ${place} of level ${level} is wrong or missing`)
  }

  async #countSubtrees(): Promise<void> {
    const [row] = await this.#database.query<{ more: bigint }>(
      'select count(*) - $1::bigint as more from seal_tree where (place + 1) * 2 ^ level <= $2::bigint',
      [this.#keptCount, this.#tree.size],
    )
    if (row!.more !== 0n) this.#found(`the tree has ${row!.more} subtrees too many`)
  }

  #found(sentence: string): void {
    if (this.broken.length < findingsMax) this.broken.push(sentence)
  }
}

const hashAt = (hashes: Buffer, at: number) => hashes.subarray(at * hashBytes, (at + 1) * hashBytes)

const windowSql = `
select count(*) filter (where seal.place = seal.number - $1::bigint)::integer as whole,
  coalesce(string_agg(seal.leaf_hash, ''::bytea order by seal.number), '') as "leafHashes",
  coalesce(string_agg(seal.chain_hash, ''::bytea order by seal.number), '') as "chainHashes",
  coalesce(array_agg(seal.number) filter (where seal.leaf_hash <> seal.made), '{}') as changed
from (
  select s.seal_number as number, row_number() over (order by s.seal_number) as place, s.leaf_hash, s.chain_hash,
    ${leafHashSql} as made
  from seal s ${leafJoinsSql} where s.seal_number > $1::bigint and s.seal_number <= $2::bigint) as seal`

const subtreesSql = `
select k.level, k.place from unnest($1::integer[], $2::bigint[], $3::bytea[]) as k (level, place, hash)
where not exists (select from seal_tree t where t.level = k.level and t.place = k.place and t.hash = k.hash)
order by k.level, k.place limit 10`
