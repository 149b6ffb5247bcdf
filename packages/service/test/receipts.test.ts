// Receipts through the public doors: the page and its files, the keys, rotation, what became of the money, wrong addresses.

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settableClock } from '../src/kernel/clock.ts'
import { readFulfilments } from '../src/receipts/fulfilment-table.ts'
import { importFulfilments, listFulfilments, withdrawFulfilment } from '../src/receipts/fulfilments.ts'
import { checkReceipt, givenReceipt } from '../src/receipts/receipt-check.ts'
import { rotateReceiptKey, signingKey } from '../src/receipts/receipt-keys.ts'
import { issueReceipts } from '../src/receipts/receipts.ts'
import { claimsIn } from '../src/wording/claim.ts'
import { engines } from './support/database.ts'
import { open } from './support/sandbox-shopper.ts'
import { type TestService, testService } from './support/service.ts'

const minuteMs = 60_000

describe.each(engines)('receipts on %s', (engine) => {
  const clock = settableClock(new Date('2026-11-21T12:00:00Z'))
  let service: TestService
  let organisation: string

  beforeAll(async () => {
    service = await testService({ engine, clock })
    organisation = await service.organisation()
  })
  afterAll(() => service?.dispose())

  /** Contributes two pounds and answers the receipt's address as the shopper finds it. */
  async function contribute(over = {}): Promise<string> {
    const { payUrl } = await service.session(organisation, over)
    const thanked = await service.contribute(payUrl, '2.00', 'success')
    return receiptIn(thanked.text)
  }
  const fileOf = async (url: string) => JSON.parse((await open(`${url}.json`)).text)
  const publishedKeys = async () => {
    const answer = await fetch(`${service.origin}/.well-known/ekko-keys.json`)
    expect(answer.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/)
    return answer.json()
  }

  it('are linked where the shopper is thanked, on the page and in the component', async () => {
    const { payUrl, clientSecret } = await service.session(organisation)
    const thanked = await service.contribute(payUrl, '2.00', 'success')
    const url = receiptIn(thanked.text)
    expect(url).toMatch(/\/receipts\/[0-9a-f]{32}[\w-]{43}$/)
    const component = await service.api('GET', '/v3/component', undefined, clientSecret)
    expect(receiptIn(component.body)).toBe(url)
  })

  it('say what was paid and where it went, and nothing of the shopper', async () => {
    const url = await contribute()
    const page = await open(url)
    expect(page.status).toBe(200)
    for (const text of [
      '£2.00',
      'Blossom &amp; Bloom',
      'Sample operator (sandbox)',
      'no real money was paid',
    ])
      expect(page.text).toContain(text)
    expect(page.text).toContain('does not change the footprint of your purchase')
    expect(claimsIn(textOf(page.text))).toEqual([])
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('x-robots-tag')).toContain('noindex')

    const { receipt, money } = await fileOf(url)
    expect(receipt).toMatchObject({
      iss: service.origin,
      environment: 'sandbox',
      merchant: 'Blossom & Bloom',
      currency: 'GBP',
      total: '2.00',
      consent: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/), locale: 'en-GB' },
      estimate: { kind: 'carbon', provenance: { factorSet: { id: 'ekko-factors', version: '1.0.0' } } },
    })
    expect(money).toMatchObject({ state: 'allocated', left: '2.00', reversals: [], disputedAt: null })
    const everything = page.text + JSON.stringify(await fileOf(url))
    for (const personal of ['consumer_123', 'SW1A', 'POT_MEDIUM', 'Flower pot'])
      expect(everything).not.toContain(personal)
  })

  it('verify with nothing but the published keys, and are the same each time they are asked for', async () => {
    const url = await contribute()
    const jws = (await open(`${url}.jws`)).text
    expect((await open(`${url}.jws`)).text).toBe(jws)
    const file = JSON.stringify(await fileOf(url))
    const keys = await publishedKeys()
    for (const text of [jws, file]) {
      const check = checkReceipt(givenReceipt(text)!, keys)
      expect(check).toMatchObject({ outcome: 'signed', faults: [], receipt: { total: '2.00' } })
    }
  })

  it('signed before and after a rotation verify with the keys as they are published then, and so they do years later', async () => {
    const before = (await open(`${await contribute()}.jws`)).text
    const saved = await publishedKeys()
    clock.advance(minuteMs)
    const { kid, replaced } = await rotateReceiptKey(service.service.context)
    const after = (await open(`${await contribute()}.jws`)).text
    const both = await publishedKeys()
    clock.advance(5 * 366 * 24 * 60 * minuteMs)
    await rotateReceiptKey(service.service.context)

    expect(checkReceipt(givenReceipt(before)!, saved)).toMatchObject({ outcome: 'signed', kid: replaced })
    expect(checkReceipt(givenReceipt(before)!, both)).toMatchObject({ outcome: 'signed', kid: replaced })
    expect(checkReceipt(givenReceipt(before)!, await publishedKeys())).toMatchObject({ outcome: 'signed' })
    expect(checkReceipt(givenReceipt(after)!, both)).toMatchObject({ outcome: 'signed', kid })
    expect(checkReceipt(givenReceipt(after)!, saved)).toMatchObject({
      outcome: 'refused',
      fault: 'unknown key',
    })
  })

  it('are signed for every allocation without anybody looking, and once', async () => {
    await contribute()
    await issueReceipts(service.service.context)
    const [{ waiting } = { waiting: null }] = await service.data.database.query<{ waiting: bigint }>(
      'select count(*) as waiting from receipt where jws is null',
    )
    expect(waiting).toBe(0n)
    const rewrite = service.data.database.query("update receipt set jws = 'x'")
    await expect(rewrite).rejects.toThrow('what was written stays')
    await expect(service.data.database.query('delete from receipt_key')).rejects.toThrow(
      'what was written stays',
    )
  })

  it('cannot be signed with the master key of another deployment', async () => {
    const { context } = service.service
    const stranger = { ...context, keys: { master: randomBytes(32) } }
    await expect(signingKey(stranger, clock.now())).rejects.toThrow()
    expect((await signingKey(context, clock.now())).seed).toHaveLength(32)
  })

  it('answer every wrong address the same', async () => {
    const url = await contribute()
    const token = url.split('/').at(-1)!
    const flipped = token.slice(0, -1) + (token.endsWith('A') ? 'Q' : 'A')
    const stranger = `${'0'.repeat(32)}${token.slice(32)}`
    const wrong = ['x', flipped, stranger, `${token}.pdf`, `${flipped}.jws`, `${token}x`, `${token.slice(1)}`]
    const answers = await Promise.all(wrong.map((name) => open(`${service.origin}/receipts/${name}`)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  })

  describe('what became of the money', () => {
    const head = 'kind,project_id,date,tonnes,amount,currency,registry,serials,reference,url\n'
    const record = (rows: string) =>
      importFulfilments(service.data.database, clock, readFulfilments(head + rows))

    it('is shown as retired when the credits are, line by line, and never more than was allocated', async () => {
      const url = await contribute()
      const { receipt } = await fileOf(url)
      const [project] = receipt.projects
      const { open: openGrams } = (
        await service.data.database.query<{ open: number }>(
          `select sum(grams)::float8 as open from allocation_line where project_id = $1`,
          [project.id],
        )
      )[0]!
      const row = (grams: number, reference: string) =>
        `retired,${project.id},2027-03-01,${(grams / 1e6).toFixed(9)},,,Sample Registry,"SR-1-10, SR-12",${reference},https://registry.example/r/1\n`

      await expect(record(row(openGrams + 0.001, 'R-0'))).rejects.toThrow(
        /row 2: only .* t of it is still open/,
      )
      await record(row(openGrams - 1, 'R-1'))
      expect((await fileOf(url)).money.state).toBe('partly done')
      await expect(record(row(1, 'R-1'))).rejects.toThrow('R-1 is recorded for this project already')
      await record(row(1, 'R-2'))
      await expect(record(row(0.001, 'R-3'))).rejects.toThrow('only 0 t of it is still open')

      const { money } = await fileOf(url)
      const state = money.projects.find((each: { projectId: string }) => each.projectId === project.id)
      expect(state).toMatchObject({ state: 'done', doing: 'retired' })
      expect(
        state.fulfilments.reduce(
          (sum: number, { quantity }: { quantity: string }) => sum + Number(quantity),
          0,
        ),
      ).toBeCloseTo(project.grams, 6)
      const page = await open(url)
      for (const text of [
        'Sample Registry',
        'SR-1-10, SR-12',
        '1 March 2027',
        'https://registry.example/r/1',
      ])
        expect(page.text).toContain(text)

      const listed = await listFulfilments(service.data.database)
      const { id } = listed.find(({ reference }) => reference === 'R-2')!
      expect(await withdrawFulfilment(service.data.database, clock, id, 'wrong serials')).toBe(true)
      expect(await withdrawFulfilment(service.data.database, clock, id, 'again')).toBe(false)
      expect((await fileOf(url)).money.state).toBe('partly done')
      await record(row(1, 'R-2'))
    })

    it('is shown as disbursed where money is given', async () => {
      const url = await contribute({ impactType: 'nature' })
      const { receipt } = await fileOf(url)
      for (const { id, amounts } of receipt.projects) {
        await record(`disbursed,${id},2027-01-15,,${amounts.impact},GBP,,,BANK-7,\n`)
        await expect(record(`disbursed,${id},2027-01-15,,0.01,GBP,,,BANK-8,\n`)).rejects.toThrow(
          'only 0.00 GBP',
        )
        await expect(record(`retired,${id},2027-01-15,1,,,R,S,X,\n`)).rejects.toThrow(
          'disbursed, not retired',
        )
      }
      const { money } = await fileOf(url)
      expect(money.state).toBe('done')
      expect((await open(url)).text).toContain('BANK-7')
    })

    it('is shown as given back, in part and then in whole, and what was given back cannot be retired', async () => {
      const url = await contribute()
      const { receipt } = await fileOf(url)
      const refund = (amount?: number) =>
        service.api('POST', `/v3/funds/allocations/${receipt.jti}/reverse`, amount ? { amount } : {})
      expect((await refund(0.5)).status).toBe(201)
      const partly = await fileOf(url)
      expect(partly.money).toMatchObject({ left: '1.50', reversals: [{ amount: '0.50' }] })
      const page = (await open(url)).text
      expect(page).toContain('£1.50 of it stands')
      expect(claimsIn(textOf(page))).toEqual([])
      expect((await refund()).status).toBe(201)
      expect((await fileOf(url)).money).toMatchObject({ left: '0.00', state: 'reversed' })
      expect((await open(url)).text).toContain('All of this contribution was given back')
      expect((await fileOf(url)).jws).toBe(partly.jws)
    })
  })
})

function textOf(markup: string): string {
  return markup.replace(/<[^>]+>/g, ' | ')
}

function receiptIn(markup: string): string {
  return /href="([^"]*\/receipts\/[^"]+)"/.exec(markup)?.[1] ?? 'no receipt'
}
