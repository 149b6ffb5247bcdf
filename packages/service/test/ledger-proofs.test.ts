// Proofs: the committed vectors, that the readable content makes the bytes that PostgreSQL hashed, that proofs check without a
// database and fail once anything in them is changed; and balances of any day.

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settableClock } from '../src/kernel/clock.ts'
import { newId } from '../src/kernel/id.ts'
import { formatNote } from '../src/ledger/checkpoint.ts'
import {
  checkpointKey,
  formatKey,
  jwkOf,
  keyOfJwk,
  ledgerName,
  parseKey,
} from '../src/ledger/checkpoint-key.ts'
import { checkpointKeys, latestCheckpoint, rotateKey } from '../src/ledger/checkpoints.ts'
import { encodeLeaf, type LeafContent } from '../src/ledger/leaf.ts'
import { trialBalance } from '../src/ledger/ledger.ts'
import { GrowingTree, leafHashOf } from '../src/ledger/merkle.ts'
import { checkProof, type Proof, parseProofs } from '../src/ledger/proof.ts'
import { proveConsistency, proveInclusion } from '../src/ledger/proofs.ts'
import { chainStart, nextInChain, sealNow } from '../src/ledger/seals.ts'
import { type Bookings, bookings } from './support/bookings.ts'
import { engines, type TestDatabase, testDatabase } from './support/database.ts'

const master = new Uint8Array(32).fill(7)

describe('the vectors', () => {
  const vectors = JSON.parse(readFileSync(new URL('ledger-vectors.json', import.meta.url), 'utf8'))

  test('are the bytes, hashes, chain and roots of their contents', () => {
    let chain: Buffer = chainStart
    const tree = new GrowingTree()
    for (const leaf of vectors.leaves) {
      const bytes = encodeLeaf(leaf.content as LeafContent)
      const hash = leafHashOf(bytes)
      chain = nextInChain(chain, hash)
      tree.add(hash)
      const made = { bytes: bytes.toString('hex'), hash: hash.toString('hex'), chain: chain.toString('hex') }
      expect({ ...made, root: tree.root().toString('hex') }).toEqual({
        bytes: leaf.bytes,
        hash: leaf.hash,
        chain: leaf.chain,
        root: leaf.root,
      })
    }
  })

  test('are signed with the key that follows from their master key, and prove what they say', () => {
    const key = checkpointKey(Buffer.from(vectors.masterKey, 'hex'), 1)
    const verifying = { name: ledgerName(key.publicKey), publicKey: key.publicKey }
    expect(formatKey(verifying)).toBe(vectors.key)
    expect(parseKey(vectors.key)).toEqual(verifying)
    expect(keyOfJwk(jwkOf(verifying))).toEqual(verifying)
    expect(checkProof(vectors.inclusion, [verifying]).proves).toContain('seal 1 of ekko-ledger-')
    expect(checkProof(vectors.consistency, [verifying]).proves).toContain('the first 2 of the 3 seals')
  })
})

describe.each(engines)('proofs on %s', (engine) => {
  const clock = settableClock(new Date('2026-03-01T12:00:00.123Z'))
  let data: TestDatabase
  let books: Bookings
  let journals: string[] = []
  let event = ''
  const context = () => ({ database: data.database, clock, keys: { master } })

  beforeAll(async () => {
    data = await testDatabase({ engine })
    books = await bookings(data.database)
    journals = await books.book(data.database, 300, clock.now())
    journals.push(await books.refund(data.database, journals[5]!, clock.now()))
    event = newId(Date.now())
    await data.database.query(
      `select append_event($1::uuid, $2, 'IMPACT_PAYMENT', $1::uuid, 1, '{}', now())`,
      [event, books.rootId],
    )
    await sealNow(context(), 'now')
  })
  afterAll(() => data.dispose())

  const keys = () => checkpointKeys(data.database)

  test('hold for whatever is looked for by any of its ids, and show what was sealed', async () => {
    const [row] = await data.database.query<{
      contribution: string
      allocation: string
      event: string
      reversal: string
    }>(
      `select a.contribution_id as contribution, a.id as allocation, e.id as event, r.id as reversal
       from funds_allocation a join event e on e.journal_id = a.journal_id join reversal r on r.allocation_id = a.id
       where a.journal_id = $1`,
      [journals[5]],
    )
    const numbersOf = async (id: string) =>
      (await proveInclusion(context(), id)).map(({ sealNumber }) => sealNumber)
    expect(await numbersOf(row!.contribution)).toEqual([6, 301])
    expect(await numbersOf(row!.allocation)).toEqual([6, 301])
    expect(await numbersOf(row!.reversal)).toEqual([301])
    expect(await numbersOf(row!.event)).toEqual([6])
    expect(await numbersOf(journals[5]!)).toEqual([6])
    expect(await numbersOf(event)).toEqual([302])
    expect(await numbersOf(newId(Date.now()))).toEqual([])
    for (const id of [
      row!.contribution,
      event,
      journals[0]!,
      journals[255]!,
      journals[256]!,
      journals[299]!,
    ]) {
      for (const proof of await proveInclusion(context(), id)) {
        const again = parseProofs(JSON.stringify(proof))[0]!
        expect(checkProof(again, await keys()).checkpoint.size).toBe(302)
      }
    }
  })

  test('fail once any value that they show is another, or any hash, or the key', async () => {
    const [proof] = await proveInclusion(context(), journals[5]!)
    const isRight = (changed: unknown, by = trusted) => {
      try {
        return checkProof(changed as Proof, by).checkpoint.size > 0
      } catch {
        return false
      }
    }
    const trusted = await keys()
    expect(isRight(proof)).toBe(true)
    expect(isRight(proof, [{ ...trusted[0]!, publicKey: checkpointKey(master, 2).publicKey }])).toBe(false)
    let changes = 0
    const change = (path: readonly (string | number)[]) => {
      const copy = structuredClone(proof) as unknown as Record<string, unknown>
      const holder = path.slice(0, -1).reduce<Record<string, unknown>>((at, name) => at[name] as never, copy)
      const [last, old] = [path.at(-1)!, holder[path.at(-1)!]]
      if (typeof old === 'string' && old.length > 0) holder[last] = changedText(old)
      else if (typeof old === 'number') holder[last] = old + 1
      else if (typeof old === 'boolean') holder[last] = !old
      else holder[last] = 'x'
      changes += 1
      expect([path, isRight(copy)]).toEqual([path, false])
    }
    const visit = (value: unknown, path: readonly (string | number)[]): void => {
      if (typeof value !== 'object' || value === null) {
        change(path)
        return
      }
      for (const [name, member] of Object.entries(value)) visit(member, [...path, name])
    }
    const { content, path, sealNumber, checkpoint } = proof!
    visit({ content, path, sealNumber, checkpoint }, [])
    expect(changes).toBeGreaterThan(100)
    expect(isRight({ ...proof, content: { ...content, postings: content.postings.slice(1) } })).toBe(false)
    expect(isRight({ ...proof, content: { ...content, reversal: undefined } })).toBe(false)
  })

  test('fail when they show more than what was hashed, or the same in other words', async () => {
    const [made] = await proveInclusion(context(), journals[5]!)
    const proof = structuredClone(made) as unknown as {
      sealNumber: unknown
      content: Record<string, Record<string, unknown>[]>
    }
    const trusted = await keys()
    const check = (change: (copy: typeof proof) => void) => {
      const copy = structuredClone(proof)
      change(copy)
      return () => checkProof(copy as unknown as Proof, trusted)
    }
    const posting = proof.content.postings![0]!
    const journal = proof.content.journal![0]!
    expect(check(() => undefined)).not.toThrow()
    const changes: ((copy: typeof proof) => void)[] = [
      (copy) => Object.assign(copy, { summary: 'all of it went to the project' }),
      (copy) => Object.assign(copy.content, { payments: [{ amount: '1000000' }] }),
      (copy) => Object.assign(copy.content.postings![0]!, { owner: 'Somebody' }),
      (copy) => Object.assign(copy.content.postings![0]!, { ownerId: `${posting.ownerId} (a good project)` }),
      (copy) => Object.assign(copy.content.postings![0]!, { ownerId: `${posting.ownerId}`.toUpperCase() }),
      (copy) => Object.assign(copy.content.postings![0]!, { amount: `0${posting.amount}` }),
      (copy) => Object.assign(copy.content.postings![0]!, { amount: Number(posting.amount) }),
      (copy) => Object.assign(copy.content.postings![0]!, { line: '1' }),
      (copy) => Object.assign(copy.content.postings![0]!, { account: [posting.account] }),
      (copy) => Object.assign(copy.content.event![0]!, { isTest: 'of course' }),
      (copy) => Object.assign(copy.content.journal![0]!, { kind: [journal.kind] }),
      (copy) => Object.assign(copy, { sealNumber: `${proof.sealNumber}` }),
    ]
    for (const change of changes) expect(check(change), String(change)).toThrow()
    const leaf = structuredClone(proof.content)
    const at = (effectiveAt: string) => {
      Object.assign(leaf.journal![0]!, { effectiveAt })
      return () => encodeLeaf(leaf as unknown as LeafContent)
    }
    expect(at('2026-03-02T00:00:00.000000Z')).not.toThrow()
    expect(at('2026-02-30T00:00:00.000000Z')).toThrow('not a time')
  })

  test('say of an old checkpoint that the ledger goes on from it, also over a new key', async () => {
    const old = formatNote((await latestCheckpoint(data.database))!)
    clock.advance(5_000)
    await data.database.transaction((tx) => rotateKey(tx, master))
    await books.book(data.database, 300, clock.now())
    const proof = await proveConsistency(context(), old)
    expect(checkProof(proof, await keys()).proves).toContain('the first 302 of the 602 seals')
    expect(() => checkProof({ ...proof, path: proof.path.slice(1) }, [])).toThrow('no key')
    const [first, second] = await keys()
    expect(() => checkProof(proof, [first!])).toThrow('not signed by this key')
    const shorter = { ...proof, path: proof.path.slice(1) }
    expect(() => checkProof(shorter, [first!, second!])).toThrow('does not go on')
  })

  test('are refused to a deployment with another master key', async () => {
    await books.book(data.database, 1, clock.now())
    const other = { ...context(), keys: { master: new Uint8Array(32) } }
    await expect(sealNow(other, 'now')).rejects.toThrow('another master key')
    await sealNow(context(), 'now')
  })

  test('and balances are those of any day, by when money moved or when that was known', async () => {
    const { database } = data
    const day = (text: string) => new Date(`${text}T00:00:00Z`)
    const [late] = await books.book(database, 1, day('2026-04-10'))
    await database.transaction(async (tx) => {
      await tx.script('set local session_replication_role = replica')
      await tx.query('update journal set effective_at = $2 where id = $1', [late, day('2026-02-01')])
    })
    const clearing = async (before: Date | undefined, by: 'effective' | 'recorded') => {
      const all = await trialBalance(database, { ...(before && { before }), by })
      expect(all.reduce((sum, { balance }) => sum + balance, 0n)).toBe(0n)
      const [account] = await trialBalance(database, {
        ...(before && { before }),
        by,
        account: 'psp_clearing',
      })
      return account?.balance ?? 0n
    }
    expect(await clearing(day('2026-02-01'), 'effective')).toBe(0n)
    expect(await clearing(day('2026-02-02'), 'effective')).toBe(792n)
    expect(await clearing(day('2026-02-02'), 'recorded')).toBe(0n)
    expect(await clearing(day('2026-03-02'), 'effective')).toBe(601n * 792n)
    expect(await clearing(day('2026-03-02'), 'recorded')).toBe(600n * 792n)
    expect(await clearing(undefined, 'recorded')).toBe(601n * 792n)
  })
})

function changedText(text: string): string {
  const at = Math.floor(text.length / 2)
  const other = text[at] === '1' ? '2' : '1'
  return text.slice(0, at) + other + text.slice(at + 1)
}
