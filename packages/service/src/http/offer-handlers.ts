/**
 * The part of the second table that is about quotes, the sessions that make one, and the projects behind them;
 * `handlers.ts` takes it in.
 */
import type { offerOperations } from '@ekko/contract/offer-operations'
import type { Project, ProjectQuery } from '@ekko/contract/project-resources'
import type { NewQuote } from '@ekko/contract/quote-resources'
import { collectedUnder } from '../allocations/collected-allocations.ts'
import { contributionsOf } from '../contributions/contributions.ts'
import { Refusal } from '../kernel/refusal.ts'
import { showProject } from '../projects/projects.ts'
import { quoteProjects } from '../quotes/quote-projects.ts'
import { createQuote, findQuote, showQuote } from '../quotes/quote-rows.ts'
import { showOffer } from '../quotes/quoted-offer.ts'
import type { Services } from '../services.ts'
import { resolveLocale } from '../sessions/locale.ts'
import { payUrl } from '../sessions/session-token.ts'
import { findSession, openSession } from '../sessions/sessions.ts'
import type { Answer, Handlers } from './handlers.ts'
import { showCheckoutSession, showImpactPaySession } from './session-answers.ts'

export const offerHandlers: Pick<Handlers, keyof typeof offerOperations> = {
  createCarbonQuote: (services, { principalId, body, newId }) =>
    quoteFor(services, principalId, body, 'carbon', newId),

  createNatureQuote: (services, { principalId, body, newId }) =>
    quoteFor(services, principalId, body, 'nature', newId),

  async getQuote({ context, organisations }, { principalId, params }) {
    return { body: showQuote(await findQuote(context, organisations, principalId, params.id)) }
  },

  async listQuoteProjects({ context, organisations, projects }, { principalId, params, query }) {
    const quote = await findQuote(context, organisations, principalId, params.id)
    const organisation = await organisations.load(quote.organisationId)
    return { body: await quoteProjects(projects, organisation, quote, query) }
  },

  async createCheckoutSession(services, { principalId, body, newId }) {
    const form = { kind: 'checkout', variant: null } as const
    const session = await openSession(services.context, services, principalId, body, form, newId)
    return {
      body: {
        sessionId: session.id,
        clientSecret: services.tokens.clientSecret(session.id),
        quoteId: session.quoteId,
        expiresAt: session.expiresAt.toISOString(),
        footprint: session.footprint,
        ...showOffer(session),
      },
    }
  },

  async getCheckoutSession({ context, organisations }, { principalId, params }) {
    const session = await findSession(context, organisations, principalId, params.id, 'checkout')
    const allocations = await collectedUnder(context, session.quoteId)
    return { body: showCheckoutSession(session, allocations, context.clock.now()) }
  },

  async createImpactPaySession(services, { principalId, body, newId }) {
    const { context, tokens } = services
    const form = { kind: 'impactpay', variant: null } as const
    const session = await openSession(context, services, principalId, body, form, newId)
    return {
      body: {
        sessionId: session.id,
        quoteId: session.quoteId,
        impactPayLink: payUrl(context.origin, tokens, session.id),
        expiresAt: session.linkExpiresAt.toISOString(),
        footprint: session.footprint,
        ...showOffer(session),
      },
    }
  },

  async getImpactPaySession({ context, organisations, tokens }, { principalId, params }) {
    const session = await findSession(context, organisations, principalId, params.id, 'impactpay')
    const attempts = await contributionsOf(context.database, session.id)
    const link = payUrl(context.origin, tokens, session.id)
    return { body: showImpactPaySession(session, attempts, link, context.clock.now()) }
  },

  async listImpactPartners(services, { principalId }) {
    return { body: await partnersFor(services, principalId) }
  },

  async getImpactPartner(services, { principalId, params }) {
    const partners = await partnersFor(services, principalId)
    const partner = partners.find(({ id }) => id === params.id.toLowerCase())
    if (!partner) throw new Refusal('NOT_FOUND', 'no such impact partner')
    return { body: partner }
  },

  async listProjects(services, { principalId, query }) {
    const wanted = await projectsFor(services, principalId, query)
    if (query.projectId && wanted.length === 0) throw new Refusal('NOT_FOUND', 'no such project')
    return { body: wanted }
  },

  async getProject(services, { principalId, params }) {
    const [project] = await projectsFor(services, principalId, { projectId: params.id })
    if (!project) throw new Refusal('NOT_FOUND', 'no such project')
    return { body: project }
  },
}

async function quoteFor(
  services: Services,
  principalId: string,
  wanted: NewQuote,
  impactType: 'carbon' | 'nature',
  id: string | undefined,
): Promise<Answer> {
  const locale = resolveLocale(wanted.locale)
  const kind = { impactType, locale }
  return { body: showQuote(await createQuote(services.context, services, principalId, wanted, kind, id)) }
}

async function partnersFor({ organisations, projects }: Services, principalId: string) {
  const { rootId } = await organisations.load(principalId)
  return projects.partners(rootId)
}

async function projectsFor(
  { organisations, projects }: Services,
  principalId: string,
  { projectId, impactPartnerId, type }: ProjectQuery,
): Promise<Project[]> {
  const { rootId, currency } = await organisations.load(principalId)
  const all = await projects.list(rootId, currency)
  return all
    .filter(({ id, isOffered }) => (projectId === undefined ? isOffered : id === projectId.toLowerCase()))
    .filter(
      (project) => impactPartnerId === undefined || project.impactPartnerId === impactPartnerId.toLowerCase(),
    )
    .filter((project) => type === undefined || project.type === type)
    .map((project) => showProject(project, currency))
}
