/**
 * The component of a session as HTML, kept while nothing about the session changes.
 * What a session offers is frozen; what became of it changes rarely and is announced to every process, so a rendered
 * component is good until then. The time limit is only for an announcement that got lost.
 */
import { shownState } from '../contributions/contribution.ts'
import { contributionsOf } from '../contributions/contributions.ts'
import { Cache } from '../kernel/cache.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { ComponentWish, OfferServices, RenderComponent, RenderedComponent } from '../services.ts'
import { resolveLocale } from '../sessions/locale.ts'
import { liveSession, type SessionRow } from '../sessions/sessions.ts'
import { renderCheckout } from './checkout.ts'
import { checkoutChoices } from './checkout-choices.ts'
import { renderComponent } from './component.ts'
import { contributionView, offerView } from './offer-view.ts'
import { offerSource, payUrlOf, receiptUrlOf } from './offers.ts'
import type { CheckoutView, ComponentView } from './views.ts'

const renderedTtlMs = 60_000
const renderedMax = 5_000
/** Of one session: in other languages, other variants. One page shows one of them. */
const renderingsMax = 8

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
  const kept = new Cache<Map<string, Kept>>(clock, renderedTtlMs, renderedMax)
  return {
    async render(sessionId, wish) {
      const key = `${wish.styles} ${wish.variant} ${wish.locale && resolveLocale(wish.locale)}`
      const before = kept.get(sessionId)?.get(key)
      if (before) {
        if (before.expiresAt > clock.now()) return before
        throw new Refusal('CLIENT_SECRET_EXPIRED', 'the client secret is over')
      }
      const session = await liveSession(services.context, sessionId)
      const rendered: Kept = {
        ...(await renderFor(services, session, wish, stylesheetPath)),
        isFirstView: session.pageOrigin === null,
        expiresAt: session.expiresAt,
      }
      const renderings = kept.get(sessionId) ?? new Map<string, Kept>()
      if (renderings.size >= renderingsMax) renderings.clear()
      kept.set(sessionId, renderings.set(key, { ...rendered, isFirstView: false }))
      return rendered
    },
    forget: (sessionId) => kept.delete(sessionId),
    forgetAll: () => kept.clear(),
  }
}

async function renderFor(
  services: OfferServices,
  session: SessionRow,
  wish: ComponentWish,
  stylesheetPath: string,
): Promise<Pick<RenderedComponent, 'html' | 'state'>> {
  // What is offered before a purchase is paid along with it: another component, which the hosted page has no part in.
  const isCheckout = session.kind === 'checkout'
  if (wish.variant && (wish.variant === 'checkout') !== isCheckout) {
    throw new Refusal('NOT_FOUND', 'the session is of another kind and has no such component')
  }
  if (isCheckout) {
    const view = await checkoutView(services, wished(session, wish), stylesheetPath)
    return { html: renderCheckout(view, wish), state: view.state }
  }
  const view = await componentView(services, wished(session, wish), stylesheetPath)
  const payUrl = session.locale === view.locale ? view.payUrl : withLocale(view.payUrl, view.locale)
  return { html: renderComponent({ ...view, payUrl }, wish), state: view.state }
}

/** Locale and variant are the page's to choose; amounts, fee and projects are the session's. */
function wished(session: SessionRow, { locale, variant }: ComponentWish): SessionRow {
  return {
    ...session,
    ...(locale && { locale: resolveLocale(locale) }),
    ...(variant && variant !== 'checkout' && { variant }),
  }
}

/** The payment page goes on in the language that was chosen here. */
function withLocale(payUrl: string, locale: string): string {
  const url = new URL(payUrl)
  url.searchParams.set('locale', locale)
  return url.href
}

async function checkoutView(
  services: OfferServices,
  session: SessionRow,
  stylesheetPath: string,
): Promise<CheckoutView> {
  const { context } = services
  const source = await offerSource(services, session)
  return {
    ...offerView(source),
    origin: context.origin,
    sessionId: session.id,
    state: session.linkExpiresAt <= context.clock.now() ? 'expired' : 'ready',
    stylesheetPath,
    payoutDays: services.payoutDays,
    choices: checkoutChoices(session, source.projects),
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
    // Only by its link, of which nobody makes a component.
    variant: session.variant ?? 'embedded',
    state,
    stylesheetPath,
    payUrl: payUrlOf(services, session.id),
  }
  if (!attempt) return view
  const receiptUrl = attempt.allocationId && receiptUrlOf(services, attempt.allocationId)
  return { ...view, contribution: contributionView(attempt, session.terms, offer.projects, receiptUrl) }
}
