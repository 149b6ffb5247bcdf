/** Operations that take money back: merchants through us, people at the provider's dashboard, banks and schemes. */
import type { NewReversal } from '@ekko/contract/allocation-resources'
import { followHint } from '../../src/allocations/provider-news.ts'
import { reverseAllocation } from '../../src/allocations/reversals.ts'
import { loadContribution } from '../../src/contributions/contributions.ts'
import { newId } from '../../src/kernel/id.ts'
import { toMajor } from '../../src/kernel/money.ts'
import { begin, somePayment } from './shoppers.ts'
import { note, refundedOf, type SimDispute, type SimPayment, type SimRefund } from './sim-provider.ts'
import { Broken, tolerate } from './verdict.ts'
import type { Request, World } from './world.ts'

const requestsMax = 200
/** A server may repeat a request long after the provider has forgotten its key. */
const repeatedWithinMs = 72 * 3_600_000
const isBookable = ({ status, isWrong, isForgotten }: SimPayment) =>
  status === 'paid' && !isWrong && !isForgotten

/** A merchant gives money back, all or part of it, to the minor unit. */
export async function reverse(world: World): Promise<void> {
  const request = newRequest(world)
  if (request) await ask(world, request)
}

/** The merchant's server did not like the answer and asks the same again. */
export async function reverseAgain(world: World): Promise<void> {
  if (world.requests.length === 0) return reverse(world)
  const request = world.chance.one(world.requests)
  const isLate = world.now - request.askedAt > repeatedWithinMs
  if (!isLate && !request.payment.isForgotten) await ask(world, request)
}

/** Two reversals, or the same twice, or one against a dispute, at the same time. */
export async function raceReversals(world: World): Promise<void> {
  const first = newRequest(world)
  if (!first) return
  const other = world.chance.weighted([
    [() => ask(world, first), 1],
    [() => ask(world, { ...first, id: newId(world.now) }), 1],
    [() => disputeNow(world, first.payment), 2],
  ] as const)
  await Promise.all([ask(world, first), other()])
}

async function disputeNow(world: World, payment: SimPayment): Promise<void> {
  openDispute(world, payment)
  const { services } = world
  const hint = { eventId: 'race', pspReference: payment.pspReference, kind: 'payment' } as const
  await tolerate([], () => followHint(services.context, services, hint))
}

function newRequest(world: World): Request | undefined {
  const { chance } = world
  const payment = somePayment(world, isBookable)
  if (!payment) return undefined
  const { minor, currency } = payment.money
  const part = BigInt(chance.between(1, Number(minor)))
  const amount = chance.happens(0.35)
    ? null
    : toMajor(chance.happens(0.5) && part > 3n ? part / 3n : part, currency)
  const initiatedBy = chance.weighted([
    ['merchant', 6],
    ['consumer', 3],
    ['operator', 1],
  ] as const)
  const request = { id: newId(world.now), payment, amount, initiatedBy, askedAt: world.now }
  world.requests.push(request)
  if (world.requests.length > requestsMax) world.requests.shift()
  return request
}

async function ask(world: World, { id, payment, amount, initiatedBy }: Request): Promise<void> {
  const { services } = world
  const wanted: NewReversal = { ...(amount !== null && { amount }), initiatedBy }
  await tolerate(['ALREADY_REVERSED', 'CONFLICT'], async () => {
    const contribution = await loadContribution(services.context.database, payment.reference)
    if (!contribution?.allocationId) return
    const { context } = services
    const by = contribution.organisationId
    const made = await reverseAllocation(context, services, by, contribution.allocationId, wanted, id)
    note(payment, `${world.way.operation()} reversal ${id} of ${made.totalAmount} is ${made.status}`)
    if (amount !== null && made.totalAmount !== -amount)
      throw new Broken(`reversal ${id} is of ${made.totalAmount}, not of ${-amount}`)
  })
}

/** Somebody gives money back in the provider's own dashboard. */
export async function refundElsewhere(world: World): Promise<void> {
  const { chance, provider } = world
  const payment = somePayment(world, (each) => isBookable(each) && refundedOf(each) < each.money.minor)
  if (!payment) return reverse(world)
  const left = payment.money.minor - refundedOf(payment)
  const minor = chance.happens(0.4) ? left : BigInt(chance.between(1, Number(left)))
  provider.refund(payment, '', { ...payment.money, minor }, chance)
}

/** A refund comes to its end; one that was done may come back days later. */
export async function settleRefund(world: World): Promise<void> {
  const { chance, provider } = world
  const isUndoing = chance.happens(0.15)
  const refund = someRefund(world, isUndoing ? 'succeeded' : 'pending')
  if (!refund) return refundElsewhere(world)
  if (isUndoing)
    world.counts.set(
      'refund failed after success',
      (world.counts.get('refund failed after success') ?? 0) + 1,
    )
  provider.settleRefund(refund, isUndoing || chance.happens(0.25) ? 'failed' : 'succeeded')
}

function someRefund(world: World, status: SimRefund['status']): SimRefund | undefined {
  const isIt = (refund: SimRefund) => refund.status === status && refund.kind === 'refund'
  return somePayment(world, ({ refunds }) => refunds.some(isIt))?.refunds.find(isIt)
}

/** A payer's bank takes money back, at most of more than was paid. */
export async function dispute(world: World): Promise<void> {
  const payment = somePayment(world, (each) => isBookable(each) && each.disputes.length < 3)
  if (!payment || payment.disputes.some(({ status }) => status === 'open')) return begin(world)
  openDispute(world, payment)
}

function openDispute({ chance, provider }: World, payment: SimPayment): void {
  const { minor } = payment.money
  const amount = chance.weighted([
    [minor, 6],
    [BigInt(chance.between(1, Number(minor))), 3],
    [minor + BigInt(chance.between(1, 500)), 1],
  ] as const)
  const fee = BigInt(chance.one([0, 0, 15, 2000]))
  provider.dispute(payment, amount, fee, chance.one(['fraudulent', 'duplicate', 'product_not_received']))
}

/** The scheme decides, or takes back what it decided. */
export async function decide(world: World): Promise<void> {
  const { chance, provider } = world
  const isAppeal = chance.happens(0.15)
  const isIt = ({ status }: SimDispute) => status === (isAppeal ? 'lost' : 'open')
  const found = somePayment(world, ({ disputes }) => disputes.some(isIt))?.disputes.find(isIt)
  if (!found) return dispute(world)
  if (isAppeal)
    world.counts.set('dispute won on appeal', (world.counts.get('dispute won on appeal') ?? 0) + 1)
  const isWon = isAppeal || chance.happens(0.5)
  provider.decide(found, isWon ? 'won' : 'lost', isWon && chance.happens(0.5) ? 0n : found.feeMinor)
}
