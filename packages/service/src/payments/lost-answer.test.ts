import net from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { payWith } from '../../test/support/sandbox-shopper.ts'
import { type Stand, standUp } from '../../test/support/sandbox-stand.ts'
import type { Psp } from './psp.ts'
import { sandboxPspAdapter } from './sandbox-psp.ts'

// The provider does what it was asked, and the line goes dead before the answer is through.
let stand: Stand
let dispose: () => Promise<void>
let line: net.Server
let losesAnswers = false

beforeAll(async () => {
  const db = await testDatabase({ engine: 'embedded' })
  dispose = db.dispose
  stand = await standUp(db.database)
  line = net.createServer((near) => {
    const far = net.connect(Number(new URL(stand.baseUrl).port), '127.0.0.1')
    near.pipe(far)
    far.on('data', (data) => (losesAnswers ? near.resetAndDestroy() : near.write(data)))
    near.on('error', () => far.destroy()).on('close', () => far.destroy())
    far.on('error', () => near.destroy()).on('close', () => near.destroy())
  })
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  line?.close()
  await stand?.close()
  await dispose?.()
})

it('makes one session and one refund, however often the answer is lost', async () => {
  const psp = adapter()
  const command = {
    reference: crypto.randomUUID(),
    money: { minor: 500n, currency: 'GBP' },
    description: 'A contribution',
    locale: 'en-GB',
    returnUrl: 'https://shop.example/',
    expiresAt: new Date(Date.now() + 1_800_000),
  }
  losesAnswers = true
  expect((await psp.createSession(command, 'session')).kind).toBe('unknown')
  expect((await psp.createSession(command, 'session')).kind).toBe('unknown')
  losesAnswers = false
  const session = await psp.createSession(command, 'session')
  const found = await psp.findByReference(command.reference)
  if (session.kind !== 'done' || found.kind !== 'done') throw new Error('the line is back')
  const { pspReference, redirectUrl } = session.value
  expect(found.value?.pspReference).toBe(pspReference)

  await payWith(redirectUrl, 'success')
  const refund = { pspReference, reference: 'reversal', money: { ...command.money, minor: 300n } }
  losesAnswers = true
  expect((await psp.refund(refund, 'refund')).kind).toBe('unknown')
  losesAnswers = false
  expect(await psp.findRefund(pspReference, 'reversal')).toMatchObject({ value: { status: 'succeeded' } })
  expect((await psp.refund(refund, 'refund')).kind).toBe('done')
  expect(await psp.fetchPayment(pspReference)).toMatchObject({ value: { refundedMinor: 300n } })
})

function adapter(): Psp {
  const { apiKey, notificationSecret } = stand.options
  const baseUrl = () => `http://127.0.0.1:${(line.address() as net.AddressInfo).port}/sandbox-psp`
  return sandboxPspAdapter({ baseUrl, apiKey, notificationSecret })
}
