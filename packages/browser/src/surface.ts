/**
 * The surface that merchants program against. Types only. Adding is fine; removing or renaming breaks somebody’s order page.
 */

/** The merchant's own look, on top of the brand's that the service knows. Colours are `#rrggbb`. */
export interface Appearance {
  /** `auto` follows the `color-scheme` of the page. */
  readonly theme?: 'auto' | 'light' | 'dark'
  readonly colours?: { readonly accent?: string; readonly background?: string; readonly text?: string }
  readonly darkColours?: { readonly accent?: string; readonly background?: string; readonly text?: string }
  /** Corner radius of the card in pixels, 0 to 24. */
  readonly radius?: number
  /** `inherit` takes the font of the page. */
  readonly font?: 'system' | 'serif' | 'mono' | 'inherit'
  readonly density?: 'comfortable' | 'compact'
}

export interface EkkoOptions {
  /** BCP 47; the session's own locale when absent, and British English where a language is not there. */
  readonly locale?: string
  /** Origin of the deployment, needed with a name instead of an origin when the SDK is bundled into other code. */
  readonly origin?: string
  /** `performance.now()` of the page's wish; the deadline counts from then. The loader sets it. */
  readonly startedAt?: number
}

export interface ElementsOptions {
  readonly clientSecret?: string
  /** Asked once, at the first element, when there is no `clientSecret`. */
  readonly fetchClientSecret?: () => Promise<string>
}

export interface EmbeddedOptions {
  /** An element or a selector of one. */
  readonly container: Element | string
  readonly appearance?: Appearance
  /** Checked against the client secret when given. */
  readonly sessionId?: string
  readonly impactPaySessionId?: string
  /** Pixels kept free while loading, 480 by default. */
  readonly minHeight?: number
}

export interface TakeoverOptions {
  /** Where the dialog is put into the document; the body by default. It covers the window either way. */
  readonly container?: Element | string
  readonly appearance?: Appearance
  readonly sessionId?: string
  readonly impactPaySessionId?: string
  /** Where to go when the consumer is done, whatever the answer was. */
  readonly redirectUrl?: string
  /** When nothing can be shown: leave the page alone, go to `redirectUrl`, or say so with a way on. `dismiss` by default. */
  readonly onError?: 'dismiss' | 'redirect' | 'screen'
  /** False leaves the history alone, for pages whose router minds. */
  readonly history?: boolean
  /** Gets the focus when the takeover closes and nothing had it before; for example the heading of the order. */
  readonly returnFocus?: Element | string
}

export type UnavailableReason =
  | 'no_browser'
  | 'container_missing'
  | 'secret_missing'
  | 'secret_invalid'
  | 'session_mismatch'
  | 'environment_mismatch'
  | 'network'
  /** The page's own Content-Security-Policy refuses the service's origin in `connect-src`. */
  | 'csp'
  | 'timeout'
  | 'service_error'
  | 'invalid_response'
  | 'rejected'
  | 'unsupported'

export type ReadyResult =
  | { readonly status: 'ready' }
  | { readonly status: 'unavailable'; readonly reason: UnavailableReason }
  /** The service does not offer it: answered before, or the session is over. */
  | { readonly status: 'ineligible'; readonly reason: 'dismissed' | 'contributed' | 'expired' }
  | { readonly status: 'destroyed' }

export interface ImpactEvents {
  ready: { readonly state: string }
  /** For each attempt that failed; `retryable` says whether another one follows. */
  loaderror: { readonly code: UnavailableReason; readonly retryable: boolean; readonly attempt: number }
  /** The amount chosen, in major units, as in `2.00`; in a checkout what comes to the order, `0.00` for nothing. */
  change: { readonly amount: string; readonly checkout?: CheckoutChoice }
  contribution: { readonly status: 'started' | 'pending' | 'succeeded' | 'failed' }
  dismiss: { readonly by: 'button' | 'escape' | 'back' }
  destroy: Record<string, never>
}

/** Decimal text in major units, for the page's own total and for the request that allocates the money once it is paid. */
export interface CheckoutChoice {
  /** `credits.amount` of the allocation; `0.00` leaves `credits` out. */
  readonly credits: string
  /** `contribution.amount` of the allocation; `0.00` leaves `contribution` out. */
  readonly contribution: string
  /** The purchase of the session with what is added to it. */
  readonly total: string
  readonly currencyCode: string
}

export interface ImpactElement {
  /** Settles within ten seconds or so and never rejects. */
  readonly ready: Promise<ReadyResult>
  /** Returns the function that takes the handler off again. What a handler throws is reported, and stops nothing. */
  on<Name extends keyof ImpactEvents>(name: Name, handler: (event: ImpactEvents[Name]) => void): () => void
  update(options: { readonly appearance?: Appearance }): void
  destroy(): void
}

/** The components of one session. */
export interface ImpactElements {
  /** Mounts the component in a container of the page. */
  createImpactPayEmbedded(options: EmbeddedOptions): ImpactElement
  /** Mounts the component of a checkout session: what may be added to a purchase before it is paid. */
  createCheckout(options: EmbeddedOptions): ImpactElement
  /** Opens the component in front of the page. */
  createImpactPayPageTakeover(options?: TakeoverOptions): ImpactElement
}

/** What `new Ekko(…)` is, from the SDK itself as from its loader. */
export interface ImpactFactory {
  elements(options?: ElementsOptions): ImpactElements
}
