/** What the provider's pages have in common on the way in and out: forms, and headers that allow nothing from elsewhere. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Html } from '../kernel/html.ts'

const formLimitBytes = 4_096

/** The pages load nothing but their own style and icon. */
const pageHeaders = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

/** Forms are the only bodies that pages take. */
export function takeFormsOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: formLimitBytes },
    async (_request: unknown, body: string | Buffer) =>
      Object.fromEntries(new URLSearchParams(body.toString())),
  )
}

/** @param formTargets where forms may lead, redirects included, as the content security policy says it */
export function sendPage(
  reply: FastifyReply,
  status: number,
  page: Html,
  formTargets = "'self'",
): FastifyReply {
  return reply
    .code(status)
    .headers({
      ...pageHeaders,
      'content-security-policy': `default-src 'none'; style-src 'self'; img-src 'self'; form-action ${formTargets}; base-uri 'none'; frame-ancestors 'none'`,
    })
    .type('text/html; charset=utf-8')
    .send(page.text)
}
