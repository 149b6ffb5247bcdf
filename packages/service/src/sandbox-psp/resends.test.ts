import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines, type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { delayMs, type SandboxMerchant, sandboxMerchant, start } from '../../test/support/sandbox-merchant.ts'
import { payWith } from '../../test/support/sandbox-shopper.ts'
import { type Stand, standUp } from '../../test/support/sandbox-stand.ts'
import { settableClock } from '../kernel/clock.ts'

const dayMs = 86_400_000

describe.each(engines)('notifications on demand on %s', (engine) => {
  let db: TestDatabase
  let stand: Stand
  let merchant: SandboxMerchant
  const clock = settableClock(start)

  beforeAll(async () => {
    db = await testDatabase({ engine })
    stand = await standUp(db.database, { clock, delayMs })
    merchant = sandboxMerchant(stand)
  })
  afterAll(async () => {
    await stand?.close()
    await db?.dispose()
  })
  beforeEach(() => merchant.forgetEverything())

  const sent = () => merchant.events().map(({ type }) => type)
  const ids = () => merchant.events().map(({ id }) => id)
  const forget = () => stand.received.splice(0)
  /** A payment that three different notifications tell of. */
  async function eventful() {
    const { pspReference, redirectUrl } = await merchant.opened(1_000n)
    const act = (action: string, body = {}) => stand.dashboard(`payments/${pspReference}/${action}`, body)
    return {
      act,
      async happen() {
        await payWith(redirectUrl, 'success')
        await act('refund', { amountMinor: '100' })
        await act('dispute', { amountMinor: '200' })
        await merchant.work()
      },
    }
  }
  const inOrder = ['payment.changed', 'refund.changed', 'dispute.changed']

  it('come again, in the right or the wrong order, as often as asked', async () => {
    const { act, happen } = await eventful()
    await happen()
    expect(sent()).toEqual(inOrder)
    const firsts = ids()
    forget()
    expect(await act('resend', { copies: 2 })).toMatchObject({ status: 200, body: { queued: 6 } })
    await merchant.work()
    expect(ids()).toEqual([...firsts, ...firsts])
    forget()
    await act('resend', { order: 'reversed' })
    await merchant.work()
    expect(ids()).toEqual(firsts.toReversed())
    forget()
    await act('resend', { event: firsts[1] })
    await merchant.work()
    expect(ids()).toEqual([firsts[1]])
  })

  it('come twice from the start when told so', async () => {
    const { act, happen } = await eventful()
    await act('news', { mode: 'double' })
    await happen()
    expect(sent()).toEqual(inOrder.flatMap((type) => [type, type]))
    expect(new Set(ids()).size).toBe(3)
  })

  it('wait when held, and then come for the first time in the wrong order', async () => {
    const { act, happen } = await eventful()
    await act('news', { mode: 'held' })
    await happen()
    clock.advance(dayMs)
    await merchant.work()
    expect(sent()).toEqual([])
    await act('resend', { order: 'reversed' })
    await merchant.work()
    expect(sent()).toEqual(inOrder.toReversed())
    await act('news', { mode: 'prompt' })
    await merchant.work()
    expect(sent()).toHaveLength(3)
  })

  it('come in order once they are no longer held', async () => {
    const { act, happen } = await eventful()
    await act('news', { mode: 'held' })
    await happen()
    await act('news', { mode: 'prompt' })
    await merchant.work()
    expect(sent()).toEqual(inOrder)
  })

  it('come three days late, signed on that day, and are believed', async () => {
    const { act, happen } = await eventful()
    await happen()
    const first = stand.received[0]!
    forget()
    await act('resend', { delayMs: 3 * dayMs })
    clock.advance(3 * dayMs - 1)
    await merchant.work()
    expect(sent()).toEqual([])
    clock.advance(1)
    await merchant.work()
    expect(sent()).toEqual(inOrder)
    const late = stand.received[0]!
    expect(late.rawBody).toEqual(first.rawBody)
    const { psp } = merchant
    expect(psp.verifyNotification(late.rawBody, late.headers, clock.now()).kind).toBe('verified')
    expect(psp.verifyNotification(first.rawBody, first.headers, clock.now()).kind).toBe('rejected')
  })

  it('are bounded, and only for payments that exist', async () => {
    const { act } = await eventful()
    expect((await act('resend', { copies: 11 })).status).toBe(422)
    expect((await act('resend', { delayMs: 3 * dayMs + 1 })).status).toBe(422)
    expect((await act('news', { mode: 'never' })).status).toBe(422)
    expect((await stand.dashboard(`payments/${crypto.randomUUID()}/resend`)).status).toBe(404)
  })
})
