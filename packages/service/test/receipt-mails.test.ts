// Receipts by e-mail: from the form without a script to a mail server on this machine, and what is left of the address.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../src/config.ts'
import { settableClock } from '../src/kernel/clock.ts'
import { jsonLog } from '../src/kernel/log.ts'
import { Secret } from '../src/kernel/secret.ts'
import { composeReceiptMail } from '../src/pages/receipt-mail.ts'
import { checkReceipt, givenReceipt } from '../src/receipts/receipt-check.ts'
import { forgetMailAddresses, requestReceiptMail, sendReceiptMails } from '../src/receipts/receipt-mails.ts'
import { loadReceipt } from '../src/receipts/receipts.ts'
import { smtpMailer } from '../src/receipts/smtp.ts'
import { claimsIn } from '../src/wording/claim.ts'
import { engines } from './support/database.ts'
import { open, submit } from './support/sandbox-shopper.ts'
import { type TestService, testService } from './support/service.ts'
import { type SmtpServer, smtpServer } from './support/smtp-server.ts'

const address = 'jo.smith@example.org'
const from = 'Receipts <receipts@ekko.example>'
const hourMs = 3_600_000

describe.each(engines)('receipts by e-mail on %s', (engine) => {
  const clock = settableClock(new Date('2026-11-21T12:00:00Z'))
  const logged: string[] = []
  let smtp: SmtpServer
  let service: TestService
  let organisation: string

  beforeAll(async () => {
    smtp = await smtpServer()
    const env = { EKKO_SMTP_URL: smtp.url, EKKO_MAIL_FROM: from }
    service = await testService({ engine, clock, env, log: jsonLog(clock, (line) => logged.push(line)) })
    organisation = await service.organisation()
  })
  afterAll(async () => {
    await service?.dispose()
    await smtp?.close()
  })
  afterEach(() => smtp.answers.clear())

  interface Row {
    readonly state: string
    readonly recipient: Buffer | null
    readonly attempts: number
    readonly failure: string | null
  }
  const rowsOf = (allocationId: string) =>
    service.data.database.query<Row>(
      'select state, recipient, attempts, failure from receipt_mail where allocation_id = $1 order by requested_at, id',
      [allocationId],
    )
  const until = async (reached: () => boolean | Promise<boolean>) => {
    for (let left = 200; left > 0; left--) {
      if (await reached()) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect.fail('it never came to that')
  }
  async function contribute() {
    const { payUrl } = await service.session(organisation)
    const thanked = await service.contribute(payUrl, '2.00', 'success')
    const action = /action="([^"]+\/mail)"/.exec(thanked.text)![1]!
    const url = action.replace(/\/mail$/, '')
    const { receipt } = JSON.parse((await open(`${url}.json`)).text)
    return { action, url, id: receipt.jti as string }
  }
  const context = () => service.service.context
  const send = () => {
    const mailer = smtpMailer({ url: new Secret(smtp.url), from })
    return sendReceiptMails(context(), mailer, (file) => composeReceiptMail(file, 'https://ekko.example/r'))
  }

  it('arrive in both forms with the signed file, and the address is erased', async () => {
    const { action, url, id } = await contribute()
    const before = smtp.taken.length
    const answer = await submit(action, { email: ` ${address} ` })
    expect([answer.status, answer.location]).toEqual([303, `${url}?sent=yes`])
    expect((await open(answer.location!)).text).toContain('The receipt is on its way')
    await until(() => smtp.taken.length > before)
    const mail = smtp.taken.at(-1)!
    expect([mail.from, mail.to]).toEqual(['receipts@ekko.example', [address]])
    const headers = mail.text.slice(0, mail.text.indexOf('\n\n'))
    expect(headers).toContain('Auto-Submitted: auto-generated')
    expect(headers.match(/^(To|Cc|Bcc):.*$/gim)).toEqual([`To: ${address}`])
    expect(mail.text).toContain('Content-Type: text/plain')
    expect(mail.text).toContain('Content-Type: text/html')
    const [, file] = /filename=[^\n]*receipt-[^\n]*\n(?:[^\n]+\n)*\n([\s\S]+?)\n--/.exec(mail.text)!
    const keys = await (await fetch(`${service.origin}/.well-known/ekko-keys.json`)).json()
    const given = givenReceipt(Buffer.from(file!, 'base64').toString())!
    expect(checkReceipt(given, keys)).toMatchObject({ outcome: 'signed', receipt: { jti: id } })

    await until(async () => (await rowsOf(id))[0]!.state === 'sent')
    expect(await rowsOf(id)).toMatchObject([{ state: 'sent', recipient: null, attempts: 1 }])
    expect(logged.join('\n')).not.toContain(address)
  })

  it('ask again for what cannot be an address, and keep nothing of it', async () => {
    const { action, id } = await contribute()
    const answer = await submit(action, { email: 'jo@example.org\r\nBcc: ann@example.org<x>' })
    expect(answer.status).toBe(422)
    expect(answer.text).toContain('Enter an e-mail address')
    expect(answer.text).toContain('ann@example.org&lt;x&gt;')
    expect(await rowsOf(id)).toEqual([])
    expect((await submit(action, {})).status).toBe(422)
  })

  it('are sent three times at most, however many ask at once', async () => {
    const { action, url, id } = await contribute()
    await Promise.all(Array.from({ length: 6 }, () => submit(action, { email: address })))
    expect(await rowsOf(id)).toHaveLength(3)
    const page = await open(url)
    expect(page.text).toContain('sent as often as it can be')
    expect(page.text).not.toContain('<form')
  })

  it('cannot be asked for under an address that leads nowhere', async () => {
    const { action } = await contribute()
    expect((await submit(action.replace(/.{5}\/mail$/, 'aaaaa/mail'), { email: address })).status).toBe(404)
  })

  it('are tried again after a fault, and not after a no', async () => {
    const { id } = await contribute()
    smtp.answers.set('RCPT', '451 try later, <jo.smith@example.org>')
    await requestReceiptMail(context(), id, address)
    await until(async () => (await rowsOf(id))[0]!.failure !== null)
    const [row] = await rowsOf(id)
    expect(row).toMatchObject({ state: 'pending', attempts: 1, failure: expect.stringContaining('451') })
    expect(row!.recipient!.includes(Buffer.from(address))).toBe(false)
    smtp.answers.set('RCPT', '550 no such person <jo.smith@example.org>')
    clock.advance(2 * 60_000)
    await until(async () => (await rowsOf(id))[0]!.state === 'failed')
    expect(await rowsOf(id)).toMatchObject([{ recipient: null, failure: expect.stringContaining('550') }])
    expect(JSON.stringify(await rowsOf(id)) + logged.join('\n')).not.toContain(address)
  })

  it('that nobody can send lose their address after a day', async () => {
    const { id } = await contribute()
    smtp.answers.set('EHLO', 'hang up')
    await requestReceiptMail(context(), id, address)
    await until(async () => (await rowsOf(id))[0]!.attempts > 0)
    clock.advance(24 * hourMs)
    await forgetMailAddresses(context())
    expect(await rowsOf(id)).toMatchObject([{ state: 'failed', recipient: null }])
    const before = smtp.taken.length
    smtp.answers.clear()
    await send()
    expect(smtp.taken.length).toBe(before)
  })

  it('cannot keep an address once they have ended: the table refuses it', async () => {
    const { id } = await contribute()
    await requestReceiptMail(context(), id, address)
    await until(async () => (await rowsOf(id))[0]!.state === 'sent')
    const keep = "update receipt_mail set recipient = 'x' where allocation_id = $1"
    await expect(service.data.database.query(keep, [id])).rejects.toThrow('check')
  })

  it('hold what others wrote as text only', async () => {
    const { id } = await contribute()
    const file = (await loadReceipt(context(), id))!
    const receipt = { ...file.receipt, merchant: '<b>Shop</b>\r\nBcc: x@example.org\n\nPay again' }
    const { subject, html, text } = composeReceiptMail({ ...file, receipt }, 'https://ekko.example/r?a="&b')
    expect(subject).toBe('Your receipt: £2.00')
    expect(claimsIn(text)).toEqual([])
    expect(html).not.toContain('<b>')
    expect(html).toContain('href="https://ekko.example/r?a=&quot;&amp;b"')
    expect(text).toContain('order with <b>Shop</b> Bcc: x@example.org Pay again, paid on')
  })
})

it('a mail server that is half set up is refused at the start', () => {
  const [EKKO_SMTP_URL, EKKO_MAIL_FROM] = ['smtps://user:p%40ss@mail.example', from]
  expect(readConfig({ EKKO_SMTP_URL, EKKO_MAIL_FROM }).smtp).toMatchObject({ from })
  expect(JSON.stringify(readConfig({ EKKO_SMTP_URL, EKKO_MAIL_FROM }))).not.toContain('p%40ss')
  expect(readConfig({}).smtp).toBeNull()
  for (const env of [
    { EKKO_SMTP_URL },
    { EKKO_MAIL_FROM },
    { EKKO_SMTP_URL: 'https://mail.example', EKKO_MAIL_FROM },
  ])
    expect(() => readConfig(env)).toThrow(/EKKO_(SMTP_URL|MAIL_FROM)/)
  for (const EKKO_MAIL_FROM of ['nobody', 'a@b, c@d', 'x\r\nBcc: <a@b.example>'])
    expect(() => readConfig({ EKKO_SMTP_URL, EKKO_MAIL_FROM })).toThrow('EKKO_MAIL_FROM')
})

it('mail beyond this machine does not go out unencrypted', async () => {
  const smtp = await smtpServer()
  try {
    // A name of this machine that does not look like one; the server knows no STARTTLS.
    const url = new URL(smtp.url)
    url.hostname = '0.0.0.0'
    const mailer = smtpMailer({ url: new Secret(url.href), from })
    const mail = { subject: 's', text: 't', html: 'h', attachment: { filename: 'f.json', content: '{}' } }
    expect(await mailer.send(address, 'id', mail)).toEqual({
      kind: 'later',
      code: 'ETLS STARTTLS 502',
    })
    expect(smtp.taken).toEqual([])
  } finally {
    await smtp.close()
  }
})

it('receipts are not offered by e-mail where nothing can send them', async () => {
  const service = await testService({ engine: 'embedded' })
  try {
    const { payUrl } = await service.session(await service.organisation())
    const thanked = await service.contribute(payUrl, '2.00', 'success')
    expect(thanked.text).not.toContain('/mail"')
    const url = /href="([^"]*\/receipts\/[^"]+)"/.exec(thanked.text)![1]!
    expect((await open(url)).text).not.toContain('<form')
    expect((await submit(`${url}/mail`, { email: address })).status).toBe(404)
  } finally {
    await service.dispose()
  }
})
