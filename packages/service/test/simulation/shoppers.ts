/** Operations of merchants' servers and shoppers: sessions, beginning to pay, paying at the provider, coming back. */
import { refreshContribution, startContribution } from '../../src/contributions/payment-attempts.ts'
import { createSession, loadSession } from '../../src/sessions/sessions.ts'
import { purchaseAt } from './organisations.ts'
import { note, type SimPayment } from './sim-provider.ts'
import { tolerate } from './verdict.ts'
import type { Shop, World } from './world.ts'

const shopsMax = 400
const recentMax = 3_000
const triesMax = 16

/** A purchase was made somewhere. */
export async function openSession(world: World): Promise<void> {
  const { chance, services } = world
  for (let left = chance.between(1, 3); left > 0; left -= 1) {
    const merchant = chance.one(world.merchants)
    await tolerate([], async () => {
      const made = await createSession(services.context, services, merchant.id, purchaseAt(merchant, chance))
      const session = await loadSession(services.context.database, made.sessionId)
      world.shops.push({ session: session!, merchant })
    })
  }
  if (world.shops.length > shopsMax) world.shops.splice(0, world.shops.length - shopsMax)
}

/** A shopper chooses an amount and goes to pay, perhaps for the second time. */
export async function begin(world: World): Promise<void> {
  const shop = someShop(world)
  if (shop === undefined) return openSession(world)
  await beginAt(world, shop, amountFor(world, shop))
}

/** Two tabs of one session, at the same time, perhaps with different amounts. */
export async function twoTabs(world: World): Promise<void> {
  const shop = someShop(world)
  if (shop === undefined) return openSession(world)
  const first = amountFor(world, shop)
  const second = world.chance.happens(0.5) ? first : amountFor(world, shop)
  await Promise.all([beginAt(world, shop, first), beginAt(world, shop, second)])
}

/** The newest are busiest; who was sent away may come back much later. */
function someShop({ shops, chance }: World): Shop | undefined {
  if (shops.length === 0) return undefined
  return chance.happens(0.7) ? shops[Math.max(0, shops.length - 1 - chance.below(20))] : chance.one(shops)
}

function amountFor({ chance }: World, { session }: Shop): bigint {
  const { suggestionsMinor, minimumMinor, maximumMinor } = session.terms
  if (chance.happens(0.01)) return BigInt(maximumMinor) + 1n
  if (chance.happens(0.4)) return BigInt(chance.one(suggestionsMinor))
  return BigInt(
    minimumMinor + chance.below(chance.happens(0.05) ? maximumMinor - minimumMinor : minimumMinor * 9),
  )
}

async function beginAt(world: World, { session }: Shop, amountMinor: bigint): Promise<void> {
  const { services, provider } = world
  const now = new Date(world.now).toISOString()
  const choice = {
    amountMinor,
    consent: { text: 'I agree.', locale: 'en-GB', sha256: '0'.repeat(64), at: now },
    description: 'Contribution',
    pspReturnUrl: `http://ekko.example/pay/${session.id}`,
    returnUrl: null,
  }
  await tolerate(['ALREADY_CONTRIBUTED', 'INVALID_AMOUNT'], async () => {
    const { contributionId, pspUrl } = await startContribution(services.context, services, session, choice)
    const payment = provider.byPspReference.get(pspUrl.slice(pspUrl.lastIndexOf('/') + 1))
    if (payment?.reference !== contributionId) throw new Error(`${contributionId} leads to another payment`)
    payment.isOpenToPayer = true
    note(payment, `${world.way.operation()} the shopper is sent to pay ${payment.money.minor}`)
  })
}

/** A payment that fits, among the recent ones; undefined when chance finds none. */
export function somePayment(world: World, fits: (payment: SimPayment) => boolean): SimPayment | undefined {
  const { payments } = world.provider
  const recent = Math.min(recentMax, payments.length)
  for (let tries = 0; tries < triesMax && recent > 0; tries += 1) {
    const back = world.chance.below(world.chance.happens(0.6) ? Math.min(recent, 60) : recent)
    const payment = payments[payments.length - 1 - back]!
    if (fits(payment)) return payment
  }
  return undefined
}

/** The shopper does something on the provider's page. */
export async function actAtProvider(world: World): Promise<void> {
  const { chance, provider } = world
  const payment = somePayment(world, canStillPay)
  if (payment === undefined) return begin(world)
  if (world.now >= payment.expiresAt && payment.status === 'open') return provider.move(payment, 'expired')
  const to = chance.weighted([
    ['paid', 70],
    ['processing', payment.status === 'open' ? 12 : 0],
    ['pending', 8],
    ['failed', 4],
    ['cancelled', 3],
    ['expired', 3],
  ] as const)
  provider.move(payment, to, to === 'failed' ? 'card_declined' : undefined)
}

const canStillPay = ({ isOpenToPayer, status }: SimPayment) =>
  isOpenToPayer && (status === 'open' || status === 'processing')

/** What was under way at a bank comes to its end; now and then after the provider gave it up, as expiry while paying. */
export async function settleAtProvider(world: World): Promise<void> {
  const { chance, provider } = world
  const isLate = chance.happens(0.1)
  const payment = somePayment(world, ({ status, isOpenToPayer }) =>
    isLate ? isOpenToPayer && (status === 'expired' || status === 'failed') : status === 'pending',
  )
  if (payment === undefined) return actAtProvider(world)
  if (isLate) world.counts.set('expiry while paying', (world.counts.get('expiry while paying') ?? 0) + 1)
  provider.move(payment, isLate || chance.happens(0.8) ? 'paid' : 'failed')
}

const wrongMax = 12

/** A broken provider takes another amount, or another currency, than it was asked to take. */
export async function takeWrongly(world: World): Promise<void> {
  const { chance, counts, provider } = world
  const done = counts.get('another amount or currency taken') ?? 0
  const payment = somePayment(world, canStillPay)
  if (done >= wrongMax || payment === undefined) return actAtProvider(world)
  counts.set('another amount or currency taken', done + 1)
  payment.isWrong = chance.one(['amount', 'currency'] as const)
  provider.move(payment, 'paid')
}

/** The provider sends the shopper back to us. */
export async function comeBack(world: World): Promise<void> {
  const { services } = world
  const payment = somePayment(world, ({ isForgotten }) => !isForgotten)
  if (payment === undefined) return begin(world)
  await tolerate([], () => refreshContribution(services.context, services, payment.reference))
}
