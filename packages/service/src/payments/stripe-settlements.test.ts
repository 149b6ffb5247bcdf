import { afterEach, beforeEach, expect, it } from 'vitest'
import { type StripeFake, startStripeFake } from '../../test/support/stripe-fake/server.ts'
import { Secret } from '../kernel/secret.ts'
import type { Psp, PspSettlementLine } from './psp.ts'
import { stripePsp } from './stripe-psp.ts'

const from = new Date('2030-01-01T00:00:00Z')
const until = new Date('2030-02-01T00:00:00Z')
const fromS = from.getTime() / 1000

let fake: StripeFake
let psp: Psp

beforeEach(async () => {
  fake = await startStripeFake()
  psp = await stripePsp({
    secretKey: new Secret(fake.secretKey),
    webhookSecrets: [],
    server: fake.server,
  })
})
afterEach(() => fake.close())

function put(second: number, category = 'charge', { amount = 1_000, fee = 35, currency = 'gbp' } = {}) {
  const line = fake.account.line(category, amount, fee, currency, 'ch_of_others')
  line.created = fromS + second
  return line
}

async function lines(): Promise<PspSettlementLine[]> {
  const found: PspSettlementLine[] = []
  for await (const line of psp.settlementLines({ from, until })) found.push(line)
  return found
}

it('tells hundreds of lines once each and oldest first, also those of one crowded second', async () => {
  const seconds = [0, 0, 5, 86_400, 86_401, 2_000_000]
  for (const second of seconds) for (let n = 0; n < 30; n++) put(second)
  for (let n = 0; n < 230; n++) put(1_000)
  put(-1)
  put(31 * 86_400)
  const told = await lines()
  expect(told).toHaveLength(seconds.length * 30 + 230)
  expect(new Set(told.map(({ lineReference }) => lineReference)).size).toBe(told.length)
  const times = told.map(({ at }) => at.getTime())
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})

it.each([
  ['charge', 'payment'],
  ['refund', 'refund'],
  ['refund_failure', 'refund_failed'],
  ['dispute', 'chargeback'],
  ['dispute_reversal', 'chargeback_reversed'],
  ['fee', 'fee'],
  ['network_cost', 'fee'],
  ['payout', 'payout'],
  ['payout_reversal', 'payout'],
  ['other_adjustment', 'other'],
  ['something_new', 'other'],
])('calls what Stripe reports as %s a %s', async (category, type) => {
  put(1, category)
  const amounts = { grossMinor: 1_000n, feeMinor: -35n, netMinor: 965n, currency: 'GBP' }
  expect(await lines()).toMatchObject([{ type, pspReference: null, batch: null, ...amounts }])
})

it('names the payout that lines went into, unless it failed or was asked for by hand', async () => {
  const paidOut = put(1)
  const payout = fake.account.payOut()
  const failed = put(2)
  fake.account.payOut().status = 'failed'
  const byHand = put(3)
  fake.account.payOut().automatic = false
  const waiting = put(4)
  for (const each of fake.account.all<typeof payout>('payout')) each.created = fromS + 10
  const told = new Map((await lines()).map(({ lineReference, batch }) => [lineReference, batch]))
  expect(told.get(paidOut.id)).toBe(payout.id)
  for (const { id } of [failed, byHand, waiting]) expect(told.get(id)).toBeNull()
})

it('ends rather than tell an amount that the currency cannot express', async () => {
  put(1, 'charge', { amount: 50_000, fee: 1_250, currency: 'isk' })
  await expect(lines()).rejects.toThrow('cannot express')
})
