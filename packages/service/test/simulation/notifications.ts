/**
 * Notifications at our door: signed by the provider, or forged by somebody, dated wrongly or sent again days later.
 * Law: what is not genuine and fresh is refused before anything of it is believed; what is only leads to a question.
 */
import { followHint } from '../../src/allocations/provider-news.ts'
import { Secret } from '../../src/kernel/secret.ts'
import type { PspHint } from '../../src/payments/psp.ts'
import { signatureHeader, signNotification } from '../../src/sandbox-psp/notification-signature.ts'
import { begin } from './shoppers.ts'
import { notificationSecret } from './sim-psp.ts'
import { Broken, tolerate } from './verdict.ts'
import { count, type World } from './world.ts'

const retryAfterMs = 60_000
const lookBackMax = 400
const dayMs = 86_400_000
/** A provider's clock and ours may differ by less than this. */
const clocksAgreeMs = 60_000

/** Any notification whose time has come arrives, in whatever order. */
export async function notification(world: World): Promise<void> {
  const { chance, mailbox } = world
  const from = Math.max(0, mailbox.length - lookBackMax)
  const at = chance.happens(0.3)
    ? mailbox.findIndex(({ dueAt }) => dueAt <= world.now)
    : from + chance.below(mailbox.length - from)
  const found = mailbox[at]
  if (found === undefined || found.dueAt > world.now) return begin(world)
  mailbox[at] = mailbox.at(-1)!
  mailbox.pop()
  const isAccepted = await deliver(world, found.hint)
  if (!isAccepted) mailbox.push({ hint: found.hint, dueAt: world.now + retryAfterMs })
}

async function deliver(world: World, hint: PspHint): Promise<boolean> {
  const { psp, services, skewMs } = world
  const now = services.context.clock.now()
  const { raw, headers } = signed(hint, notificationSecret, world.now)
  const verified = psp.verifyNotification(raw, headers, now)
  if (verified.kind === 'verified')
    return tolerate([], () => followHint(services.context, services, verified.value))
  if (Math.abs(skewMs) < clocksAgreeMs)
    throw new Broken(`a genuine notification is refused: ${verified.code}`)
  count(world, 'notification refused for our wrong clock')
  return false
}

/** Forged, or dated in the future, or caught days ago and sent again. */
export async function falseNotification(world: World): Promise<void> {
  const { chance, provider, psp, services } = world
  if (provider.payments.length === 0) return begin(world)
  const { pspReference } = chance.one(provider.payments)
  const hint: PspHint = { eventId: 'evt_false', pspReference, kind: 'payment' }
  const now = services.context.clock.now()
  const [name, secret, at] = chance.one([
    ['forged', new Secret('somebody else’s'), now.getTime()],
    ['future-dated', notificationSecret, now.getTime() + dayMs],
    ['sent again days later', notificationSecret, now.getTime() - 3 * dayMs],
  ] as const)
  count(world, `notification ${name}`)
  const { raw, headers } = signed(hint, secret, at)
  if (psp.verifyNotification(raw, headers, now).kind === 'verified')
    throw new Broken(`a notification that is ${name} is believed`)
}

function signed({ eventId, pspReference, kind, ...about }: PspHint, secret: Secret, atMs: number) {
  const body = JSON.stringify({
    id: eventId,
    type: `${kind}.changed`,
    payment: pspReference,
    refund: about.refundReference,
    dispute: about.disputeReference,
  })
  const signature = signNotification(secret, body, new Date(atMs))
  return { raw: Buffer.from(body), headers: { [signatureHeader]: signature } }
}

/** About a payment that was never ours. */
export async function strangeNotification(world: World): Promise<void> {
  await deliver(world, {
    eventId: 'evt_strange',
    pspReference: `strange_${world.operation}`,
    kind: 'payment',
  })
}
