/**
 * The receipt as an e-mail: plain text, the same as HTML, and the file to keep. Pure. Says what the page says, in short.
 * Law: what others wrote stays text in either part, and the subject holds nothing but our own words and an amount.
 */
import { type Html, html } from '../kernel/html.ts'
import type { Mail } from '../receipts/mailer.ts'
import type { ReceiptFile } from '../receipts/receipts.ts'
import { keysUrlOf, receiptFileName, verifyCommand } from './receipt-page.ts'
import { dayInWords, moneyIn, receiptWords } from './receipt-words.ts'
import type { Words } from './words.ts'

export function composeReceiptMail(file: ReceiptFile, url: string): Mail {
  const { receipt } = file
  const words = receiptWords(receipt)
  const say = words.receipt
  const total = moneyIn(receipt, receipt.total)
  const lead = say.lead({ merchant: receipt.merchant, day: dayInWords(receipt.paidAt, words) })
  const test = receipt.environment === 'sandbox' ? say.isTest : null
  const rows = rowsOf(file)
  const keysUrl = keysUrlOf(receipt.iss)
  const paragraphs = [
    ...(test === null ? [] : [test]),
    say.titleWithTotal({ title: say.title, total }),
    oneLine(lead),
    rows.map(([name, value]) => `${oneLine(name)}: ${oneLine(value)}`).join('\n'),
    words.doesNotChange,
    `${say.mailOpen}:\n${url}`,
    `${say.mailAttached}\n${keysUrl}\n${verifyCommand(receipt)}`,
    say.mailIntro,
  ]
  return {
    subject: say.mailSubject({ money: total }),
    text: `${paragraphs.map(oneParagraph).join('\n\n')}\n`,
    html: render({
      total,
      lead,
      test,
      rows,
      url,
      keysUrl,
      command: verifyCommand(receipt),
      words,
    }),
    attachment: { filename: receiptFileName(receipt, 'json'), content: `${JSON.stringify(file, null, 2)}\n` },
  }
}

type Row = readonly [name: string, value: string]

function rowsOf({ receipt }: ReceiptFile): Row[] {
  const words = receiptWords(receipt)
  const say = words.receipt
  const { impactTax, serviceFee, serviceFeeTax } = receipt.amounts
  const money = (decimal: string) => moneyIn(receipt, decimal)
  const unlessNothing = (name: string, decimal: string): Row[] =>
    Number(decimal) === 0 ? [] : [[name, money(decimal)]]
  return [
    ...receipt.projects.map(({ name, amounts }): Row => [name, money(amounts.impact)]),
    ...unlessNothing(words.splitImpactTax, impactTax),
    [words.splitServiceFee, money(serviceFee)],
    ...unlessNothing(words.splitServiceFeeTax, serviceFeeTax),
    [words.totalPaid, money(receipt.total)],
    [say.paidTo, receipt.operator],
    [say.number, receipt.jti],
  ]
}

interface Parts {
  readonly total: string
  readonly lead: string
  readonly test: string | null
  readonly rows: readonly Row[]
  readonly url: string
  readonly keysUrl: string
  readonly command: string
  readonly words: Words
}

/** Mail programs know neither stylesheets nor policies of ours, so the little there is of a look stands inline. */
function render({ total, lead, test, rows, url, keysUrl, command, words }: Parts): string {
  const say = words.receipt
  const row = ([name, value]: Row): Html =>
    html`<tr><th scope="row" style="text-align:start;font-weight:400;padding-block:4px;padding-inline-end:24px">${name}</th><td style="text-align:end;padding:4px 0">${value}</td></tr>`
  return html`<!doctype html>
<html lang="${words.locale}" dir="${words.direction}">
<head><meta charset="utf-8"><title>${say.title}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1b1d21;background:#ffffff">
<div style="max-width:34em;margin:0 auto">
${test && html`<p><strong>${test}</strong></p>`}
<h1 style="font-size:20px">${say.titleWithTotal({ title: say.title, total })}</h1>
<p>${lead}</p>
<table style="border-collapse:collapse">${rows.map(row)}</table>
<p>${words.doesNotChange}</p>
<p><a href="${url}">${say.mailOpen}</a></p>
<p>${say.mailAttached}<br><a href="${keysUrl}">${keysUrl}</a><br><code dir="ltr">${command}</code></p>
<p style="font-size:13px">${say.mailIntro}</p>
</div>
</body>
</html>
`.text
}

/** A name of several lines could look like a sentence of ours. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function oneParagraph(text: string): string {
  return text.replace(/\r/g, '').replace(/\n{2,}/g, '\n')
}
