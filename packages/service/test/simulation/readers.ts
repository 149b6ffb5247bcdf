/** Operations that only look: following the feed page by page, and holding one contribution against the provider. */
import { followHint } from '../../src/allocations/provider-news.ts'
import { disagreements, readBooks } from './books.ts'
import { begin, somePayment } from './shoppers.ts'
import { Broken, tolerate } from './verdict.ts'
import type { FeedReader, World } from './world.ts'

/** Reads the next page of every root's feed as a merchant would. @throws Broken when an event comes twice or is missing */
export async function followFeed(world: World, limit = 1 + world.chance.below(100)): Promise<number> {
  let read = 0
  for (const rootId of new Set(world.merchants.map((merchant) => merchant.rootId))) {
    const reader = readerOf(world, rootId)
    await tolerate([], async () => {
      const query = { limit: String(limit), ...(reader.cursor && { startingAfter: reader.cursor }) }
      const page = await world.services.events.list(rootId, query)
      for (const event of page.data) {
        take(reader, event)
        reader.cursor = event.eventId
      }
      read += page.data.length
    })
  }
  return read
}

function readerOf({ feeds }: World, rootId: string): FeedReader {
  const known = feeds.get(rootId)
  if (known) return known
  const reader = { cursor: undefined, seen: 0, sequences: new Map<string, number>() }
  feeds.set(rootId, reader)
  return reader
}

function take(
  reader: FeedReader,
  event: { eventId: string; fundsAllocationId: string; sequence: number },
): void {
  const last = reader.sequences.get(event.fundsAllocationId) ?? 0
  if (event.sequence !== last + 1) {
    const what = `event ${event.eventId} of allocation ${event.fundsAllocationId}`
    throw new Broken(`${what} is number ${event.sequence} in the feed after number ${last}`)
  }
  reader.sequences.set(event.fundsAllocationId, event.sequence)
  reader.seen += 1
}

/** Follows one payment in fair weather; then the books and the provider must agree about it exactly. */
export async function audit(world: World): Promise<void> {
  const { services, weather } = world
  const payment = somePayment(world, (each) => each.status === 'paid' && !each.isForgotten)
  if (!payment) return begin(world)
  world.life.expect(undefined)
  Object.assign(weather, { fault: 0, misreport: 0 })
  const [known] = await readBooks(services.context.database, [payment.reference])
  // Until it is known by the provider's reference, only the poller can find it.
  if (known === undefined || known.pspReference === null) return
  const hint = { eventId: 'audit', pspReference: payment.pspReference, kind: 'payment' } as const
  await followHint(services.context, services, hint)
  const [book] = await readBooks(services.context.database, [payment.reference])
  const found = disagreements(payment, book)
  if (found.length > 0) throw new Broken(tell(payment, found))
}

export function tell(
  payment: { reference: string; trail: readonly string[] },
  found: readonly string[],
): string {
  const trail = payment.trail.map((line) => `    ${line}`).join('\n')
  return `contribution ${payment.reference}: ${found.join('; ')}\n  what happened to it last:\n${trail}`
}
