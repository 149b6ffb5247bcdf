/**
 * The door to the books for people: one contribution on one page. A browser asks for the API key by HTTP Basic (as the user
 * name, or as the password), so that there is no second kind of account; read only, so that nothing can be forged into it.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../kernel/refusal.ts'
import { listBreaks } from '../reconciliation/breaks.ts'
import { traceContribution } from '../reconciliation/traces.ts'
import type { Services } from '../services.ts'
import { renderBreaksPage } from './books-breaks.ts'
import { renderBooksPage, renderBooksSearch } from './books-page.ts'
import { sendPage } from './page-answer.ts'
import type { PageFrameView } from './views.ts'

/** What ids and the references of providers are made of. */
const referencePattern = /^[\x21-\x7e]{1,200}$/

export function registerBooks(app: FastifyInstance, services: Services, stylesheetPath: string): void {
  const { environment } = services.context
  const frame: PageFrameView = {
    locale: 'en-GB',
    environment,
    merchantName: null,
    returnUrl: null,
    stylesheetPath,
    appearance: null,
  }
  app.get('/books', async (request: FastifyRequest<{ Querystring: { reference?: unknown } }>, reply) => {
    const principalId = await authenticate(services, request)
    if (principalId === undefined) return askForKey(reply, frame)
    const { reference } = request.query
    if (reference === undefined) return sendPage(reply, 200, renderBooksSearch(frame, '', null))
    const sought = typeof reference === 'string' ? reference.trim() : ''
    if (!referencePattern.test(sought)) {
      return sendPage(reply, 422, renderBooksSearch(frame, '', 'That is no id and no reference.'))
    }
    return answer(services, reply, frame, principalId, sought)
  })
  app.get('/books/breaks', async (request, reply) => {
    const principalId = await authenticate(services, request)
    if (principalId === undefined) return askForKey(reply, frame)
    return answerBreaks(services, reply, frame, principalId)
  })
}

async function answerBreaks(
  { context }: Services,
  reply: FastifyReply,
  frame: PageFrameView,
  principalId: string,
): Promise<FastifyReply> {
  try {
    const breaks = await listBreaks(context, principalId, { state: 'open', limit: '100' })
    return sendPage(reply, 200, renderBreaksPage(frame, breaks))
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause
    const problem = 'Breaks are the root organisation’s: the account with the payment provider is.'
    return sendPage(reply, cause.status, renderBooksSearch(frame, '', problem))
  }
}

async function answer(
  { context }: Services,
  reply: FastifyReply,
  frame: PageFrameView,
  principalId: string,
  sought: string,
): Promise<FastifyReply> {
  try {
    return sendPage(reply, 200, renderBooksPage(frame, await traceContribution(context, principalId, sought)))
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause
    const problem = 'Nothing of that name was contributed to your organisations.'
    return sendPage(reply, 404, renderBooksSearch(frame, sought, problem))
  }
}

function askForKey(reply: FastifyReply, frame: PageFrameView): FastifyReply {
  reply.header('www-authenticate', 'Basic realm="ekko books", charset="UTF-8"')
  return sendPage(reply, 401, renderBooksSearch(frame, '', 'Sign in with an API key as the user name.'))
}

/** The organisation whose key was given; undefined without a good one. */
async function authenticate({ apiKeys }: Services, request: FastifyRequest): Promise<string | undefined> {
  const encoded = /^Basic ([A-Za-z0-9+/=]{1,512})$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const [user = '', password = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  try {
    const use = { address: request.ip, need: 'funds:read' } as const
    const { organisationId } = await apiKeys.authenticate(user || password, use)
    return organisationId
  } catch (cause) {
    if (cause instanceof Refusal) return undefined
    throw cause
  }
}
