/**
 * Idempotency keys of the sandbox provider's API: the first request has its effect, a repeat gets the same answer.
 * Law: key, effect and answer are one transaction. A refused request leaves no key behind and may be sent again.
 */
import type { Transaction } from '../kernel/database.ts'
import { sha256 } from '../kernel/secret.ts'
import { ApiError } from './api-error.ts'
import type { SandboxPspOptions } from './options.ts'

export interface Answer {
  readonly status: number
  readonly body: string
  readonly replayed: boolean
}

/** How long a key is remembered; the adapter promises the same. */
export const keyKeptMs = 86_400_000
export const keyMaxChars = 255

/**
 * @param request what the key stands for: operation and payload as canonical text
 * @throws ApiError when the key was used for something else
 */
export async function answerOnce(
  sandbox: SandboxPspOptions,
  key: string,
  request: string,
  work: (tx: Transaction) => Promise<{ status: number; body: unknown }>,
): Promise<Answer> {
  const fingerprint = sha256(request)
  return sandbox.database.transaction(async (tx) => {
    // A second request with the same key waits here until the first has committed, and then finds its answer.
    const claimed = await tx.query(claimKey, [key, fingerprint, sandbox.clock.now()])
    if (claimed.length === 0) return replay(tx, key, fingerprint)
    const { status, body } = await work(tx)
    const text = JSON.stringify(body)
    await tx.query(keepAnswer, [key, status, text])
    return { status, body: text, replayed: false }
  })
}

async function replay(tx: Transaction, key: string, fingerprint: Buffer): Promise<Answer> {
  const rows = await tx.query<{ fingerprint: Buffer; status: number; answer: string }>(answerOfKey, [key])
  const kept = rows[0]
  if (kept === undefined || !fingerprint.equals(kept.fingerprint)) {
    throw new ApiError(409, 'idempotency_mismatch', 'This idempotency key was used for another request')
  }
  return { status: kept.status, body: kept.answer, replayed: true }
}

/** Forgets keys that are older than promised, some at a time. */
export async function forgetKeys(sandbox: SandboxPspOptions): Promise<void> {
  await sandbox.database.query(deleteKeys, [
    new Date(sandbox.clock.now().getTime() - keyKeptMs),
    forgetBatchMax,
  ])
}

const forgetBatchMax = 1_000

const claimKey = `insert into sandbox_psp_idempotency (key, fingerprint, status, answer, created_at)
  values ($1, $2, 0, '', $3) on conflict do nothing returning key`
const keepAnswer = 'update sandbox_psp_idempotency set status = $2, answer = $3 where key = $1'
const answerOfKey = 'select fingerprint, status, answer from sandbox_psp_idempotency where key = $1'
const deleteKeys = `delete from sandbox_psp_idempotency where key in
  (select key from sandbox_psp_idempotency where created_at < $1 order by created_at limit $2 for update skip locked)`
