/** How every page of ours leaves the house: never cached, never framed, no script, no referrer that holds its address. */
import type { FastifyReply } from 'fastify'

/** Browsers hold a form to these also where its answer redirects to. */
function contentSecurityPolicy(formOrigins: readonly string[]): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    ["form-action 'self'", ...formOrigins].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** @param formOrigins where a form of the page may lead to, beside our own */
export function sendPage(
  reply: FastifyReply,
  status: number,
  html: string,
  formOrigins: readonly string[] = [],
): FastifyReply {
  return reply
    .code(status)
    .headers({
      'cache-control': 'no-store',
      'content-security-policy': contentSecurityPolicy(formOrigins),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .type('text/html; charset=utf-8')
    .send(html)
}
