// What a contribution costs is computed and agreed to before paying, stored with it, and told again as it came out.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from './support/database.ts'
import { open, submit } from './support/sandbox-shopper.ts'
import { consentOf, type TestService, testService } from './support/service.ts'

describe.each(engines)('the cost of a contribution on %s', (engine) => {
  let service: TestService
  let shop = ''
  beforeAll(async () => {
    service = await testService({ engine, env: { EKKO_CARD_PRICES: 'GBP 2% + 0.20' } })
    shop = await service.organisation()
  })
  afterAll(() => service.dispose())

  const stored = async (sessionId: string) => {
    const [row] = await service.data.database.query<{
      reckoned: bigint
      actual: bigint | null
      consent: { text: string }
    }>(
      `select card_cost_minor as reckoned, card_cost_actual_minor as actual, consent from contribution
       where session_id = $1`,
      [sessionId],
    )
    return row
  }

  it('is agreed to before paying, and restated with what the provider took', async () => {
    const { sessionId, payUrl } = await service.session(shop)
    const reckoned = 'The card payment costs about £0.24, which is paid out of the service fee.'
    expect((await open(`${payUrl}?amount=2.00`)).text).toContain(reckoned)
    const thanked = await service.contribute(payUrl, '2.00', 'success')
    const { reckoned: before, actual, consent } = (await stored(sessionId))!
    expect([before, actual]).toEqual([24n, 23n])
    expect(consent.text).toContain(reckoned)
    expect(thanked.text).toContain('The card payment cost £0.23, which was paid out of the service fee.')
    const session = (await service.api('GET', `/v3/post-purchase/sessions/${sessionId}`)).body
    expect(session.contributions[0].costs).toEqual({
      cardCost: 0.24,
      cardCostActual: 0.23,
      share: 0.195,
      high: false,
    })
    await service.expectLawful()
  })

  it('is stored before the provider has said anything', async () => {
    const { sessionId, payUrl } = await service.session(shop)
    const review = await open(`${payUrl}?amount=0.90`)
    expect(review.text).toContain('Costs take 28% of this amount')
    await submit(payUrl, { amount: '0.90', consent: consentOf(review) })
    expect(await stored(sessionId)).toMatchObject({ reckoned: 22n, actual: null })
    const [{ costs }] = (await service.api('GET', `/v3/post-purchase/sessions/${sessionId}`)).body
      .contributions
    expect(costs).toEqual({ cardCost: 0.22, cardCostActual: null, share: 0.277778, high: true })
  })

  it('sets the least amount that can be given', async () => {
    const { sessionId, payUrl } = await service.session(shop)
    const refused = await open(`${payUrl}?amount=0.70`)
    expect(refused.text).toContain('The smallest contribution is £0.80.')
    await submit(payUrl, { amount: '0.70', consent: consentOf(await open(`${payUrl}?amount=1.00`)) })
    expect(await stored(sessionId)).toBeUndefined()
  })
})
