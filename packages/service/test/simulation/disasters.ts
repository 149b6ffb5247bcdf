/** Operations that nobody wishes for: clocks that jump, a transaction that stays open, a database that goes back in time. */
import { begin } from './shoppers.ts'
import { count, live, type World } from './world.ts'

const hourMs = 3_600_000

/** Our clock is set wrong by up to an hour, or right again. */
export async function setClock(world: World): Promise<void> {
  world.skewMs = world.chance.one([-hourMs, -30_000, 0, 0, 0, 0, 0, 30_000, hourMs])
  count(world, 'clock set')
}

/** Hours or days pass in which nobody does anything. */
export async function letTimePass(world: World): Promise<void> {
  world.now += world.chance.one([hourMs / 2, hourMs, 6 * hourMs, 24 * hourMs, 72 * hourMs])
  count(world, 'hours or days passed')
}

/** Somebody opens a transaction and forgets it for a while, or ends it. */
export async function longTransaction(world: World): Promise<void> {
  if (world.endLongTransaction) return endLongTransaction(world)
  if (!world.options.store.holdTransaction) return begin(world)
  world.endLongTransaction = await world.options.store.holdTransaction()
  count(world, 'long transaction')
}

export async function endLongTransaction(world: World): Promise<void> {
  const end = world.endLongTransaction
  world.endLongTransaction = undefined
  await end?.()
}

/** The process is killed while it does nothing. */
export async function restart(world: World): Promise<void> {
  count(world, 'killed between operations')
  live(world)
}

export interface Backup {
  readonly payments: number
  readonly changes: number
}

export async function backUp(world: World): Promise<Backup> {
  await endLongTransaction(world)
  world.life.end()
  await world.options.store.backUp()
  live(world)
  return { payments: world.provider.payments.length, changes: world.provider.changes }
}

/**
 * The database is lost and the copy takes its place. What was begun since is forgotten by us, not by the provider; it tells
 * again of all that changed since, as its settlement would.
 */
export async function restore(world: World, backup: Backup): Promise<void> {
  await endLongTransaction(world)
  world.life.end()
  await world.options.store.restore()
  live(world)
  count(world, 'restored from a backup')
  world.feeds.clear()
  world.way.isRestored = true
  await forgetWhatIsLost(world, backup)
  for (const payment of world.provider.payments) {
    if (payment.changed <= backup.changes || payment.isForgotten) continue
    const dueAt = world.now + world.chance.between(0, hourMs)
    const { pspReference } = payment
    world.mailbox.push({ hint: { eventId: 'restored', pspReference, kind: 'payment' }, dueAt })
  }
}

async function forgetWhatIsLost(world: World, backup: Backup): Promise<void> {
  const { database } = world.options.store
  const exist = async (table: 'contribution' | 'post_purchase_session', ids: readonly string[]) => {
    const sql = `select id from ${table} where id = any($1::uuid[])`
    return new Set((await database.query<{ id: string }>(sql, [ids])).map(({ id }) => id))
  }
  const later = world.provider.payments.slice(backup.payments)
  const known = await exist('contribution', [...new Set(later.map(({ reference }) => reference))])
  for (const payment of later) payment.isForgotten = !known.has(payment.reference)
  const sessions = await exist(
    'post_purchase_session',
    world.shops.map(({ session }) => session.id),
  )
  world.shops = world.shops.filter(({ session }) => sessions.has(session.id))
}
