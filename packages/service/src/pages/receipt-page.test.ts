import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { moneyState } from '../receipts/money-state.ts'
import { type Receipt, readReceipt, receiptType } from '../receipts/receipt.ts'
import type { ReceiptFile } from '../receipts/receipts.ts'
import { type PublicJwk, verifyJws } from '../receipts/signature.ts'
import { claimsIn } from '../wording/claim.ts'
import { composeReceiptMail } from './receipt-mail.ts'
import { type ReceiptPageView, renderNoReceipt, renderReceiptPage } from './receipt-page.ts'

const { jwks, receipts } = JSON.parse(
  readFileSync(new URL('../../vectors/receipt-vectors.json', import.meta.url), 'utf8'),
) as { jwks: { keys: PublicJwk[] }; receipts: Array<{ jws: string }> }
const { jws } = receipts[0]!
const receipt = readReceipt(verifyJws(jws, receiptType, jwks).payload)
const [project] = receipt.projects as [Receipt['projects'][number]]
const at = new Date('2026-11-21T12:00:00Z')
const money = {
  asOf: '2027-03-02T09:30:00.000Z',
  ...moneyState({
    ...{ currency: 'GBP', total: 200n, paidAt: at, disputedAt: new Date('2027-01-04T00:00:00Z') },
    lines: [{ line: 1, quantity: 58_571_429n, projectId: project.id, kind: 'credit' }],
    givenBack: (['refund', 'void', 'chargeback'] as const).map((kind) => ({
      kind,
      at,
      amount: 10n,
      parts: [],
    })),
    fulfilments: [
      {
        ...{ line: 1, quantity: 1_000_000n, on: '2027-03-01', registry: 'Registry', serials: 'A-1 to 9' },
        ...{ reference: 'R-1', url: 'https://registry.example/?a="><script>&b=1' },
      },
    ],
  }),
}
const file: ReceiptFile = { receipt, jws, keys: jwks.keys.slice(0, 1), money }
const view: ReceiptPageView = {
  stylesheetPath: '/v1/receipt.css',
  file,
  url: 'https://ekko.example/receipts/token',
  methodUrl: 'https://ekko.example/method',
  countryName: () => 'Kenya',
  mail: { action: 'https://ekko.example/receipts/token/mail', state: 'problem', typed: '"><script>' },
}
const textOf = (markup: string) => markup.replace(/<[^>]+>/g, ' | ')

test('what was given back, by whom, and what a bank holds back is told in words', () => {
  const text = textOf(renderReceiptPage(view))
  for (const sentence of [
    '£0.10 refunded to you',
    '£0.10 never charged: the payment was cancelled',
    '£0.10 taken back by your bank',
    'Part of this contribution was given back. £1.70 of it stands.',
    'Your bank has held this payment since 4 January 2027',
    'Sample efficient cookstoves retired',
    'the rest is not retired yet',
    'Delivery expected by 2027.',
    'As recorded on 2 March 2027 at 09:30 UTC.',
  ])
    expect(text).toContain(sentence)
})

test('the estimate never stands without its range, nor the thanks without what stays as it is', () => {
  const text = textOf(renderReceiptPage(view))
  expect(text).toMatch(/about [\d.]+\s*kg\s*CO₂e \(likely [\d.]+ to [\d.]+/)
  expect(text).toContain('Your contribution does not change the footprint of your purchase.')
})

test('nothing is claimed that may not be, on the page or in the mail', () => {
  const mail = composeReceiptMail(file, view.url)
  const none = renderNoReceipt({ environment: 'sandbox', stylesheetPath: '/v1/receipt.css' }, true)
  for (const text of [renderReceiptPage(view), mail.html, mail.text, none])
    expect(claimsIn(textOf(text))).toEqual([])
})

test('no text of anybody’s gets into the markup, and nothing runs or is styled inline', () => {
  const text = `</p><script>"'\`&<img src=x onerror=y>`
  const hostile = {
    ...receipt,
    ...{ merchant: text, operator: text },
    projects: [{ ...project, name: text, impactPartner: text, region: text, standard: text, registry: text }],
  }
  const markup = renderReceiptPage({ ...view, file: { ...file, receipt: hostile }, countryName: () => text })
  expect(markup).not.toMatch(/<(script|style|img|iframe|object|embed)\b/)
  expect(markup.replace(/"[^"]*"/g, '')).not.toMatch(/<[^>]*\s(style|on[a-z]+|src)=/)
  const { html } = composeReceiptMail({ ...file, receipt: hostile }, view.url)
  expect(html).not.toMatch(/<(script|img)\b/)
})
