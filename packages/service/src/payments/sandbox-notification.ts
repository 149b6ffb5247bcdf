/**
 * Whether bytes that claim to be a notification of the sandbox provider are one. Pure.
 * Law: nothing of the body is believed, or even parsed, before its signature and its time are right.
 */
import { createHmac } from 'node:crypto'
import { equalInConstantTime, type Secret } from '../kernel/secret.ts'
import type { NotificationHeaders, PspHint, Rejected, Verified } from './psp.ts'

/** Each attempt is signed anew, so even a late one is fresh. */
const ageMaxMs = 300_000
/** Clocks of two machines may differ by a little; a date in the future would otherwise outlive the limit above. */
const aheadMaxMs = 60_000

export function verifySandboxNotification(
  secret: Secret,
  rawBody: Uint8Array,
  headers: NotificationHeaders,
  now: Date,
): Verified<PspHint> | Rejected {
  const header = headers['sandbox-psp-signature']
  const match = typeof header === 'string' ? /^t=([0-9]{1,12}),v1=([0-9a-f]{64})$/.exec(header) : null
  if (match === null) return rejected('signature_missing')
  const [, seconds = '', mac = ''] = match
  const expected = createHmac('sha256', secret.reveal()).update(`${seconds}.`).update(rawBody).digest('hex')
  if (!equalInConstantTime(expected, mac)) return rejected('signature_wrong')
  const ageMs = now.getTime() - Number(seconds) * 1000
  if (ageMs > ageMaxMs) return rejected('too_old')
  if (ageMs < -aheadMaxMs) return rejected('from_the_future')
  const hint = readHint(rawBody)
  return hint === undefined ? rejected('unreadable') : { kind: 'verified', value: hint }
}

const kinds: { readonly [type: string]: PspHint['kind'] } = {
  'payment.changed': 'payment',
  'refund.changed': 'refund',
  'dispute.changed': 'dispute',
}

function readHint(rawBody: Uint8Array): PspHint | undefined {
  let body: { id?: unknown; type?: unknown; payment?: unknown; refund?: unknown; dispute?: unknown } | null
  try {
    body = JSON.parse(Buffer.from(rawBody).toString('utf8'))
  } catch {
    return undefined
  }
  if (typeof body?.id !== 'string' || typeof body.payment !== 'string') return undefined
  const kind = kinds[String(body.type)] ?? 'other'
  const hint = { eventId: body.id, pspReference: body.payment, kind }
  return {
    ...hint,
    ...(typeof body.refund === 'string' && { refundReference: body.refund }),
    ...(typeof body.dispute === 'string' && { disputeReference: body.dispute }),
  }
}

function rejected(code: string): Rejected {
  return { kind: 'rejected', code }
}
