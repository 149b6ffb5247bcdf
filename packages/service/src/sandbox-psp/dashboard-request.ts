/** What the dashboard's actions take, checked. Pure. Every field is optional: an empty body is the usual case. */
import { Type } from 'typebox'
import { AmountMinor, check } from './api-request.ts'
import type { NewDispute } from './disputes.ts'
import { copiesMax, type Resend, resendDelayMaxMs } from './resends.ts'
import type { NewsMode } from './sandbox-payment.ts'

const reasonMaxChars = 64
const reasonDefault = 'fraudulent'

const RefundBody = Type.Object({ amountMinor: Type.Optional(AmountMinor) }, { additionalProperties: false })

const DisputeBody = Type.Object(
  {
    amountMinor: Type.Optional(AmountMinor),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: reasonMaxChars })),
    outcome: Type.Optional(Type.Union([Type.Literal('won'), Type.Literal('lost')])),
  },
  { additionalProperties: false },
)

const NewsBody = Type.Object(
  { mode: Type.Union([Type.Literal('prompt'), Type.Literal('double'), Type.Literal('held')]) },
  { additionalProperties: false },
)

const ResendBody = Type.Object(
  {
    event: Type.Optional(Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })),
    copies: Type.Optional(Type.Integer({ minimum: 1, maximum: copiesMax })),
    order: Type.Optional(Type.Union([Type.Literal('as_sent'), Type.Literal('reversed')])),
    delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: resendDelayMaxMs })),
  },
  { additionalProperties: false },
)

export function readDashboardRefund(body: unknown): { readonly amountMinor: bigint | undefined } {
  return { amountMinor: minor(check(RefundBody, body ?? {}).amountMinor) }
}

export function readDashboardDispute(body: unknown): NewDispute {
  const read = check(DisputeBody, body ?? {})
  return {
    amountMinor: minor(read.amountMinor),
    reason: read.reason ?? reasonDefault,
    outcome: read.outcome ?? null,
  }
}

export function readNews(body: unknown): { readonly mode: NewsMode } {
  return check(NewsBody, body ?? {})
}

export function readResend(body: unknown): Resend {
  const read = check(ResendBody, body ?? {})
  return {
    event: read.event,
    copies: read.copies ?? 1,
    order: read.order ?? 'as_sent',
    delayMs: read.delayMs ?? 0,
  }
}

function minor(text: string | undefined): bigint | undefined {
  return text === undefined ? undefined : BigInt(text)
}
