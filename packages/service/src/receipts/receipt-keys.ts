/**
 * The keys that sign receipts. One signs at a time; all stay published for ever.
 * Laws: a private key is at rest only sealed; rotation overlaps, so that a process with another clock, or in the middle of
 * signing, never signs with a key outside its time; a public key is never taken back.
 */
import { randomBytes } from 'node:crypto'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { ed25519PublicKey, seedBytes } from '../kernel/ed25519.ts'
import { deriveKey, seal, unseal } from '../kernel/secret.ts'
import { jwkOf, kidOfSeed, type PublicJwk } from './signature.ts'

/** How long a replaced key still counts. */
const rotationOverlapMs = 10 * 60 * 1000

export interface SigningKey {
  readonly kid: string
  readonly seed: Uint8Array
  readonly validFrom: Date
}

interface KeyRow {
  readonly kid: string
  readonly number: number
  readonly publicKey: Uint8Array
  readonly sealed: Uint8Array
  readonly validFrom: Date
  readonly validUntil: Date | null
}

/** The newest key that has begun by our own clock. A deployment's first is made when it is first needed. */
export async function signingKey(context: Context, now: Date): Promise<SigningKey> {
  const keys = await keysOf(context)
  const { kid, sealed, validFrom } = keys.findLast((key) => key.validFrom <= now) ?? keys[0]!
  return {
    kid,
    validFrom,
    seed: Buffer.from(unseal(sealingKey(context), sealed, sealContext(kid)), 'base64'),
  }
}

/** Every key there ever was, oldest first. */
export async function publishedKeys(context: Context): Promise<{ readonly keys: readonly PublicJwk[] }> {
  const keys = await keysOf(context)
  return { keys: keys.map(({ publicKey, validFrom, validUntil }) => jwkOf(publicKey, validFrom, validUntil)) }
}

/** Begins a new key and ends the one before it, after an overlap. Answers the new one's name. */
export async function rotateReceiptKey(
  context: Context,
): Promise<{ kid: string; number: number; replaced: string | null }> {
  const now = context.clock.now()
  return context.database.transaction(async (tx) => {
    const [current] = await tx.query<Pick<KeyRow, 'kid' | 'number'>>(
      'select kid, number from receipt_key where valid_until is null order by number desc limit 1 for update',
    )
    const number = (current?.number ?? 0) + 1
    const kid = await insertKey(context, tx, number, now)
    if (kid === undefined) throw new Error('the key is being rotated by somebody else')
    if (current) {
      await tx.query('update receipt_key set valid_until = $2 where kid = $1', [
        current.kid,
        new Date(now.getTime() + rotationOverlapMs),
      ])
    }
    return { kid, number, replaced: current?.kid ?? null }
  })
}

async function keysOf(context: Context): Promise<KeyRow[]> {
  const keys = await selectKeys(context.database)
  if (keys.length > 0) return keys
  await insertKey(context, context.database, 1, context.clock.now())
  return selectKeys(context.database)
}

function selectKeys(database: Queryable): Promise<KeyRow[]> {
  return database.query<KeyRow>(
    `select kid, number, public_key as "publicKey", sealed, valid_from as "validFrom", valid_until as "validUntil"
     from receipt_key order by number`,
  )
}

/** Undefined when another process was first with that number. */
async function insertKey(
  context: Context,
  database: Queryable,
  number: number,
  validFrom: Date,
): Promise<string | undefined> {
  const seed = randomBytes(seedBytes)
  const kid = kidOfSeed(seed)
  const sealed = seal(sealingKey(context), seed.toString('base64'), sealContext(kid))
  const [row] = await database.query<{ kid: string }>(
    `insert into receipt_key (kid, number, public_key, sealed, valid_from) values ($1, $2, $3, $4, $5)
     on conflict (number) do nothing returning kid`,
    [kid, number, ed25519PublicKey(seed), sealed, validFrom],
  )
  return row?.kid
}

function sealingKey({ keys }: Context): Buffer {
  return deriveKey(keys.master, 'receipt keys')
}

const sealContext = (kid: string): string => `receipt key ${kid}`
