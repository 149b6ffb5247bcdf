/**
 * `Idempotency-Key`: the same request again is answered with the first answer and has no second effect.
 * What a request creates takes its id from key and request, so that even an attempt that died between its effect and its
 * answer is found again by the next one instead of being done twice, and no other request under that key ever finds it.
 * Refusals and failures are not kept: correcting the request or trying again is what the key is for.
 */
import type { Context } from './context.ts'
import { Refusal } from './refusal.ts'
import { authenticate, deriveKey, seal, sha256, unseal } from './secret.ts'

/** Longer than any request takes. */
const claimMs = 60_000
const keyCharsMax = 255
export const answersKeptMs = 30 * 24 * 60 * 60 * 1000
const purgeBatchMax = 1_000

export interface KeyedRequest {
  readonly organisationId: string
  readonly key: string
  /** Operation, path and body, in a form that is the same for the same request. */
  readonly request: string
}

export interface Outcome {
  readonly status: number
  readonly body: string
  readonly replayed: boolean
}

/** @throws Refusal BAD_REQUEST for a key that cannot be one */
export function readKey(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  if (typeof header !== 'string' || !/^[\x20-\x7e]+$/.test(header) || header.length > keyCharsMax) {
    throw new Refusal('BAD_REQUEST', `idempotency-key is 1 to ${keyCharsMax} printable characters`)
  }
  return header
}

/**
 * @param work takes the id of what it creates: the same whenever the same request is done
 * @throws Refusal IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_FLIGHT, and whatever `work` throws
 */
export async function answerOnce(
  context: Context,
  keyed: KeyedRequest,
  status: number,
  work: (id: string) => Promise<unknown>,
): Promise<Outcome> {
  const fingerprint = Buffer.from(authenticate(requestsKey(context), keyed.request), 'base64url')
  const kept = await claim(context, keyed, fingerprint)
  if (kept) return kept
  try {
    const body = JSON.stringify(await work(idOf(keyed, fingerprint)))
    await keepAnswer(context, keyed, status, body)
    return { status, body, replayed: false }
  } catch (cause) {
    await letGo(context, keyed, cause instanceof Refusal)
    throw cause
  }
}

/** A UUID (version 8, RFC 9562) that belongs to this request of this organisation under this key. */
function idOf({ organisationId, key }: KeyedRequest, fingerprint: Buffer): string {
  const bytes = sha256(`${organisationId}\n${key}\n${fingerprint.toString('hex')}`).subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

async function keepAnswer(
  context: Context,
  keyed: KeyedRequest,
  status: number,
  body: string,
): Promise<void> {
  await context.database.query(
    'update idempotent_request set status = $3, sealed_answer = $4 where organisation_id = $1 and key = $2',
    [keyed.organisationId, keyed.key, status, seal(answersKey(context), body, sealContext(keyed))],
  )
}

/** What was refused leaves the key free; what failed may have had its effect, so the key still stands for it alone. */
async function letGo(
  { database }: Context,
  { organisationId, key }: KeyedRequest,
  isRefused: boolean,
): Promise<void> {
  const change = isRefused
    ? 'delete from idempotent_request'
    : 'update idempotent_request set claimed_until = created_at'
  await database.query(`${change} where organisation_id = $1 and key = $2 and sealed_answer is null`, [
    organisationId,
    key,
  ])
}

/** Undefined when the request is ours to do now; the kept answer when it was done before. */
async function claim(
  context: Context,
  keyed: KeyedRequest,
  fingerprint: Buffer,
): Promise<Outcome | undefined> {
  const now = context.clock.now()
  const [claimed] = await context.database.query(
    `insert into idempotent_request (organisation_id, key, fingerprint, claimed_until, created_at) values ($1, $2, $3, $4, $5)
     on conflict (organisation_id, key) do update set claimed_until = excluded.claimed_until
       where idempotent_request.sealed_answer is null and idempotent_request.claimed_until <= excluded.created_at
         and idempotent_request.fingerprint = excluded.fingerprint
     returning key`,
    [keyed.organisationId, keyed.key, fingerprint, new Date(now.getTime() + claimMs), now],
  )
  if (claimed) return undefined
  const [row] = await context.database.query<{
    fingerprint: Uint8Array
    status: number | null
    answer: Uint8Array | null
  }>(
    `select fingerprint, status, sealed_answer as answer from idempotent_request where organisation_id = $1 and key = $2`,
    [keyed.organisationId, keyed.key],
  )
  if (row && !fingerprint.equals(row.fingerprint)) {
    throw new Refusal('IDEMPOTENCY_KEY_REUSED', 'this idempotency key was used with another request')
  }
  if (!row?.answer) {
    throw new Refusal('IDEMPOTENCY_IN_FLIGHT', 'a request with this idempotency key is still being worked on')
  }
  return {
    status: row.status!,
    body: unseal(answersKey(context), row.answer, sealContext(keyed)),
    replayed: true,
  }
}

// With a key, since whoever reads the database could otherwise try which consumer the request was about.
const requestsKey = (context: Context): Uint8Array => deriveKey(context.keys.master, 'idempotent requests')
const answersKey = (context: Context): Uint8Array => deriveKey(context.keys.master, 'idempotent answers')
const sealContext = (keyed: KeyedRequest): string => `${keyed.organisationId} ${keyed.key}`

/** Forgets answers that are old enough. Answers how many went. */
export async function purgeAnswers(context: Context): Promise<number> {
  const before = new Date(context.clock.now().getTime() - answersKeptMs)
  const gone = await context.database.query(
    `delete from idempotent_request where (organisation_id, key) in (
       select organisation_id, key from idempotent_request where created_at < $1 limit ${purgeBatchMax}) returning key`,
    [before],
  )
  return gone.length
}
