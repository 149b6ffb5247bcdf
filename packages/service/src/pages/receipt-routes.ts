/**
 * Receipts under their own unguessable addresses: the page, the same as files, and the form that sends it by e-mail.
 * Laws: an address that leads nowhere is answered the same whatever is wrong with it; no answer is kept, indexed or tells
 * its address to others; an e-mail address is in the body of one request and nowhere else.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../kernel/refusal.ts'
import { readMailAddress } from '../receipts/mail-address.ts'
import { receiptMailsLeft, requestReceiptMail } from '../receipts/receipt-mails.ts'
import { loadReceipt, type ReceiptFile } from '../receipts/receipts.ts'
import type { Services } from '../services.ts'
import { preferredLocale, resolveLocale } from '../sessions/locale.ts'
import { alphaTwoOf, countryName } from './country-name.ts'
import { receiptUrlOf } from './offers.ts'
import { sendPage } from './page-answer.ts'
import type { MailFormView } from './receipt-mail-form.ts'
import { type ReceiptPageView, receiptFileName, renderNoReceipt, renderReceiptPage } from './receipt-page.ts'

const formBytesMax = 2 * 1024

export function registerReceiptPages(app: FastifyInstance, services: Services, stylesheetPath: string): void {
  const none = (reply: FastifyReply, status: number) =>
    sendPage(
      unindexed(reply),
      status,
      renderNoReceipt(
        {
          environment: services.context.environment,
          stylesheetPath,
          locale: preferredLocale(reply.request.headers['accept-language']),
        },
        status >= 500,
      ),
    )
  app.register(async (pages) => {
    pages.removeAllContentTypeParsers()
    pages.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: formBytesMax },
      (_request, body, done) => done(null, new URLSearchParams(body as string)),
    )
    pages.setErrorHandler((cause, request, reply) => none(reply, statusOf(services, cause, request)))
    pages.get('/receipts/:file', async (request, reply) => {
      const [token = '', ...ending] = fileIn(request).split('.')
      const file = await fileOf(services, token)
      if (!file) return none(reply, 404)
      if (ending.length === 0) {
        const sent = new URL(request.url, services.context.origin).searchParams.get('sent') === 'yes'
        return showPage(services, stylesheetPath, reply, file, sent ? 'sent' : 'ready')
      }
      return sendFile(reply, file, ending.join('.')) ?? none(reply, 404)
    })
    pages.post('/receipts/:file/mail', async (request, reply) => {
      const file = services.mailer && (await fileOf(services, fileIn(request)))
      if (!file) return none(reply, 404)
      const typed = (request.body as URLSearchParams).get('email') ?? ''
      const address = readMailAddress(typed)
      if (address === undefined) return showPage(services, stylesheetPath, reply, file, 'problem', typed)
      const accepted = await requestReceiptMail(services.context, file.receipt.jti, address)
      const url = receiptUrlOf(services, file.receipt.jti)
      return unindexed(reply).redirect(accepted ? `${url}?sent=yes` : url, 303)
    })
  })
}

function fileIn(request: FastifyRequest): string {
  return (request.params as { file: string }).file
}

async function fileOf({ context, receiptTokens }: Services, token: string): Promise<ReceiptFile | undefined> {
  const allocationId = receiptTokens.read(token)
  return allocationId === undefined ? undefined : loadReceipt(context, allocationId)
}

async function showPage(
  services: Services,
  stylesheetPath: string,
  reply: FastifyReply,
  file: ReceiptFile,
  state: MailFormView['state'],
  typed = '',
): Promise<FastifyReply> {
  const { context, factorSet, mailer } = services
  const { jti } = file.receipt
  const url = receiptUrlOf(services, jti)
  const left = mailer === null ? 0 : await receiptMailsLeft(context, jti)
  const shown = left === 0 && state !== 'sent' ? 'enough' : state
  const view: ReceiptPageView = {
    stylesheetPath,
    file,
    url,
    methodUrl: `${context.origin}/method?locale=${resolveLocale(file.receipt.locale)}`,
    countryName: (iso3) =>
      countryName(alphaTwoOf(iso3), resolveLocale(file.receipt.locale)) ||
      factorSet.countries.get(iso3)?.name,
    mail: mailer && { action: `${url}/mail`, state: shown, typed },
  }
  return sendPage(unindexed(reply), shown === 'problem' ? 422 : 200, renderReceiptPage(view))
}

function sendFile(reply: FastifyReply, file: ReceiptFile, ending: string): FastifyReply | undefined {
  if (ending !== 'json' && ending !== 'jws') return undefined
  return unindexed(reply)
    .headers({
      'cache-control': 'no-store',
      'content-disposition': `attachment; filename="${receiptFileName(file.receipt, ending)}"`,
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .type(ending === 'json' ? 'application/json; charset=utf-8' : 'application/jose')
    .send(ending === 'json' ? `${JSON.stringify(file, null, 2)}\n` : `${file.jws}\n`)
}

function unindexed(reply: FastifyReply): FastifyReply {
  return reply.header('x-robots-tag', 'noindex, nofollow').header('cache-control', 'no-store')
}

function statusOf({ context }: Services, cause: unknown, request: FastifyRequest): number {
  const { statusCode = 500 } = cause as { statusCode?: number }
  const status = cause instanceof Refusal ? cause.status : statusCode
  if (status >= 500) context.log.error('a receipt could not be shown', { requestId: request.id, cause })
  return status
}
