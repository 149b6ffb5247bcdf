/**
 * The component of a session as HTML, kept while nothing about the session changes.
 * What a session offers is frozen; what became of it changes rarely and is announced to every process, so a rendered
 * component is good until then. The time limit is only for an announcement that got lost.
 */
import { shownState } from '../contributions/contribution.ts'
import { contributionsOf } from '../contributions/contributions.ts'
import { Cache } from '../kernel/cache.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { OfferServices, RenderComponent, RenderedComponent } from '../services.ts'
import { liveSession, type SessionRow } from '../sessions/sessions.ts'
import { renderComponent } from './component.ts'
import { contributionView, offerView } from './offer-view.ts'
import { offerSource, payUrlOf } from './offers.ts'
import type { ComponentView } from './views.ts'

const renderedTtlMs = 60_000
const renderedMax = 5_000

interface Kept extends RenderedComponent {
  readonly expiresAt: Date
}

export interface Components {
  readonly render: RenderComponent
  forget(sessionId: string): void
  forgetAll(): void
}

export function componentsFor(services: OfferServices, stylesheetPath: string): Components {
  const { clock } = services.context
  const kept = {
    link: new Cache<Kept>(clock, renderedTtlMs, renderedMax),
    adopted: new Cache<Kept>(clock, renderedTtlMs, renderedMax),
  }
  return {
    async render(sessionId, styles) {
      const before = kept[styles].get(sessionId)
      if (before) {
        if (before.expiresAt > clock.now()) return before
        throw new Refusal('CLIENT_SECRET_EXPIRED', 'the client secret is over')
      }
      const session = await liveSession(services.context, sessionId)
      const view = await componentView(services, session, stylesheetPath)
      const rendered: Kept = {
        html: renderComponent(view, { styles }),
        state: view.state,
        isFirstView: session.pageOrigin === null,
        expiresAt: session.expiresAt,
      }
      kept[styles].set(sessionId, { ...rendered, isFirstView: false })
      return rendered
    },
    forget(sessionId) {
      kept.link.delete(sessionId)
      kept.adopted.delete(sessionId)
    },
    forgetAll() {
      kept.link.clear()
      kept.adopted.clear()
    },
  }
}

async function componentView(
  services: OfferServices,
  session: SessionRow,
  stylesheetPath: string,
): Promise<ComponentView> {
  const { context } = services
  const offer = offerView(await offerSource(services, session))
  const { state, attempt } = shownState(await contributionsOf(context.database, session.id), {
    linkExpired: session.linkExpiresAt <= context.clock.now(),
    dismissed: session.dismissedAt !== null,
  })
  const view = {
    ...offer,
    origin: context.origin,
    sessionId: session.id,
    variant: session.variant,
    state,
    stylesheetPath,
    payUrl: payUrlOf(services, session.id),
  }
  return attempt ? { ...view, contribution: contributionView(attempt, offer.projects) } : view
}
