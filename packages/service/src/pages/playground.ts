/** The addresses of the playground. Only a sandbox has them; in production they do not exist. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Context } from '../kernel/context.ts'
import { renderPlayground, renderPlaygroundFrame } from './playground-page.ts'
import { type Aspect, choices, readChoice, sampleView } from './playground-view.ts'
import type { Assets } from './styles/assets.ts'

export function registerPlayground(
  app: FastifyInstance,
  { environment, origin }: Context,
  assets: Assets,
): void {
  if (environment !== 'sandbox') return
  const { component, playground, playgroundScript } = assets.paths
  app.get('/playground', (request, reply) => {
    const query = new URL(request.url, origin).searchParams
    const aspects = Object.keys(choices) as Aspect[]
    const by = aspects.find((name) => name === query.get('by')) ?? 'state'
    return send(reply, renderPlayground(readChoice(query), by, playground), [
      "frame-src 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ])
  })
  app.get('/playground/component', (request, reply) => {
    const choice = readChoice(new URL(request.url, origin).searchParams)
    const paths = { stylesheet: playground, script: playgroundScript }
    return send(reply, renderPlaygroundFrame(sampleView(choice, origin, component), choice, paths), [
      "script-src 'self'",
      "connect-src 'self'",
      "form-action 'none'",
      "frame-ancestors 'self'",
    ])
  })
}

function send(reply: FastifyReply, page: string, more: readonly string[]): FastifyReply {
  const policy = ["default-src 'none'", "style-src 'self'", "base-uri 'none'", ...more]
  return reply
    .headers({
      'cache-control': 'no-store',
      'content-security-policy': policy.join('; '),
      'referrer-policy': 'no-referrer',
    })
    .type('text/html; charset=utf-8')
    .send(page)
}
