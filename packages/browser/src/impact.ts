/**
 * What both variants do: get the component onto the page within the deadline, listen to the consumer, follow the payment.
 * How it is presented and left is the variants'. Nothing here throws to the merchant and nothing rejects.
 */
import { type Credential, readSecret } from './client-secret.ts'
import { within, withTries } from './deadline.ts'
import { Emitter } from './emitter.ts'
import { asFailure, Failure } from './failure.ts'
import { follow } from './follow.ts'
import { Host } from './host.ts'
import { doubleClickMs, loadMs } from './limits.ts'
import { build } from './markup.ts'
import type { Deployment } from './origin.ts'
import { addressOf, openPayment } from './payment.ts'
import { type Service, serviceAt } from './service.ts'
import { adopt, loadSheets } from './stylesheets.ts'
import type {
  Appearance,
  EmbeddedOptions,
  ImpactElement,
  ImpactEvents,
  ReadyResult,
  TakeoverOptions,
} from './surface.ts'

export interface Context {
  readonly deployment: Deployment
  readonly locale: string | undefined
  /** When the page asked, if that was before this. */
  readonly startedAt: number | undefined
  /** Rejects or resolves with nothing when there is none. */
  readonly secret: () => Promise<string | undefined>
}

export type LeftBy = ImpactEvents['dismiss']['by']
type Options = EmbeddedOptions | TakeoverOptions

const payments = { pending: 'pending', thanked: 'succeeded', failed: 'failed' } as const
const settled = new Set(['thanked', 'dismissed', 'expired'])
/** One component per container: the newer takes the place of the older. */
const mounted = new WeakMap<Element, Impact>()

export abstract class Impact implements ImpactElement {
  readonly ready: Promise<ReadyResult>
  protected readonly context: Context
  protected readonly options: Options
  protected readonly emitter = new Emitter()
  protected host: Host | undefined
  protected service: Service | undefined
  readonly #life = new AbortController()
  #appearance: Appearance | undefined
  #following = false
  #paidAt = Number.NEGATIVE_INFINITY

  constructor(context: Context, options: Options) {
    this.context = context
    this.options = options
    this.#appearance = options.appearance
    // A moment later, so that handlers set right after the call hear everything.
    this.ready = Promise.resolve().then(() => this.#start())
  }

  /** Shows what the host holds, which is in state `ready` or later. */
  protected abstract present(host: Host, signal: AbortSignal): Promise<ReadyResult>
  protected abstract giveUp(result: ReadyResult): void
  /** The consumer said no, or is done. */
  protected abstract leave(by: LeftBy): void
  protected abstract cleanUp(): void
  protected abstract container(): Promise<Element>
  protected abstract readonly variant: 'embedded' | 'takeover' | 'checkout'
  protected abstract get reservedPixels(): number

  on<Name extends keyof ImpactEvents>(name: Name, handler: (event: ImpactEvents[Name]) => void): () => void {
    return this.emitter.on(name, handler)
  }

  update({ appearance }: { readonly appearance?: Appearance } = {}): void {
    this.#appearance = appearance ?? this.#appearance
    const { host } = this
    if (!host || host.state === '' || host.state === 'unavailable' || this.signal.aborted) return
    loadSheets(this.context.deployment.origin, host.element.dataset.styles ?? '', this.#appearance).then(
      (sheets) => adopt(host.root, sheets),
      () => {
        // It keeps the look it had.
      },
    )
  }

  destroy(): void {
    if (this.signal.aborted) return
    this.#life.abort()
    this.cleanUp()
    this.host?.release()
    this.emitter.emit('destroy', {})
  }

  protected get signal(): AbortSignal {
    return this.#life.signal
  }

  async #start(): Promise<ReadyResult> {
    if (this.signal.aborted) return { status: 'destroyed' }
    if (typeof document === 'undefined') return { status: 'unavailable', reason: 'no_browser' }
    let result: ReadyResult
    try {
      const spentMs = performance.now() - (this.context.startedAt ?? performance.now())
      result = await within(this.signal, loadMs - spentMs, (signal) => this.#load(signal))
    } catch (cause) {
      if (this.signal.aborted) return { status: 'destroyed' }
      const failure = asFailure(cause)
      if (!failure.told) this.emitter.emit('loaderror', { code: failure.code, retryable: false, attempt: 1 })
      result = failure.expired
        ? { status: 'ineligible', reason: 'expired' }
        : { status: 'unavailable', reason: failure.code }
    }
    if (result.status === 'ready') this.emitter.emit('ready', { state: this.host?.state ?? '' })
    else this.giveUp(result)
    return result
  }

  async #load(signal: AbortSignal): Promise<ReadyResult> {
    const container = await this.container()
    mounted.get(container)?.destroy()
    mounted.set(container, this)
    if (signal.aborted) throw signal.reason
    const host = new Host(container, this.variant, this.reservedPixels)
    this.host = host

    const { secret, sessionId } = await this.#credential(signal)
    if (signal.aborted) throw signal.reason
    const { deployment, locale } = this.context
    this.service = serviceAt(deployment.origin, secret, { variant: this.variant, locale })
    const hydrated = host.printed && host.element.dataset.session === sessionId
    if (!hydrated || host.isBare) await this.#fill(host, signal, !hydrated)
    this.#listen(host)
    const result = await this.present(host, signal)
    // What was printed or kept in a cache may be older than the truth.
    if (hydrated) void this.#look()
    if (result.status === 'ready' && host.state === 'pending') this.#follow()
    return result
  }

  async #credential(signal: AbortSignal): Promise<Credential> {
    const wanted = this.options.sessionId ?? this.options.impactPaySessionId
    const { environment } = this.context.deployment
    const secret = await within(signal, loadMs, () => this.context.secret()).catch((cause: unknown) => {
      throw cause instanceof Failure ? cause : new Failure('secret_missing')
    })
    return readSecret(secret, { sessionId: wanted, ...(environment && { environment }) })
  }

  /** With `content`, everything anew from the service; without, the stylesheets of what is there. */
  async #fill(host: Host, signal: AbortSignal, content: boolean): Promise<void> {
    const tell = (failure: Failure, attempt: number, again: boolean) => {
      failure.told = true
      this.emitter.emit('loaderror', { code: failure.code, retryable: again, attempt })
    }
    const { service } = this
    const built = content && service ? build(await withTries(signal, service.component, tell)) : undefined
    const styles = built ? built.attributes.get('data-styles') : host.element.dataset.styles
    const load = () => loadSheets(this.context.deployment.origin, styles ?? '', this.#appearance)
    const sheets = await withTries(signal, load, tell)
    if (signal.aborted) throw signal.reason
    if (built) host.show(built, sheets)
    else adopt(host.root, sheets)
  }

  /** On the shadow root, so that it holds for whatever is shown in it later. */
  #listen(host: Host): void {
    const options = { signal: this.signal }
    host.root.addEventListener('change', (event) => this.#onChange(event), options)
    host.root.addEventListener('click', (event) => this.#onClick(event as MouseEvent), options)
    host.root.addEventListener('submit', (event) => this.#onSubmit(event), options)
    addEventListener('pageshow', (event) => void (event.persisted && this.#look()), options)
  }

  #onChange(event: Event): void {
    const input = event.target as HTMLInputElement
    if (input.name === 'amount') this.emitter.emit('change', { amount: input.value })
  }

  #onClick(event: MouseEvent): void {
    const target = (event.target as Element).closest<HTMLElement>('[data-ekko]')
    const hook = target?.dataset.ekko
    if (hook === 'decline' || hook === 'close') {
      event.preventDefault()
      this.leave('button')
    }
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    if (hook === 'pay-link' && plain) {
      event.preventDefault()
      this.#pay((target as HTMLAnchorElement).href)
    }
  }

  #onSubmit(event: Event): void {
    const form = event.target as HTMLFormElement
    if (form.dataset.ekko !== 'pay') return
    event.preventDefault()
    this.#pay(addressOf(form))
  }

  #pay(address: string): void {
    const now = performance.now()
    if (now - this.#paidAt < doubleClickMs) return
    this.#paidAt = now
    this.emitter.emit('contribution', { status: 'started' })
    if (!openPayment(address)) return
    const waiting = this.host?.find('waiting')
    if (waiting) waiting.hidden = false
    this.host?.announce(waiting?.textContent ?? '')
    this.#follow()
  }

  #follow(): void {
    if (this.#following) return
    this.#following = true
    void follow(() => this.#look(), this.signal).then(() => {
      this.#following = false
    })
  }

  /** Reads the state and shows it when it is another one; true when it will not change again. */
  async #look(): Promise<boolean> {
    const { host, service } = this
    if (!host || !service) return true
    try {
      const { state } = await within(this.signal, loadMs, service.state)
      if (state === host.state) return settled.has(state)
      // Declined here a moment ago; the server may not have heard it yet.
      if (state === 'ready' && host.state === 'dismissed') return false
      await within(this.signal, loadMs, (signal) => this.#fill(host, signal, true))
      this.#tellChange(host)
      return settled.has(host.state)
    } catch (cause) {
      return this.signal.aborted || asFailure(cause).expired
    }
  }

  #tellChange(host: Host): void {
    const heading = host.find('heading') ?? host.find('dismissed-heading')
    if (host.hasAttention) heading?.focus({ preventScroll: true })
    else host.announce(heading?.textContent ?? '')
    const status = payments[host.state as keyof typeof payments]
    if (status) this.emitter.emit('contribution', { status })
  }

  /** True once a payment page was opened: then leaving is no longer a no. */
  protected get hasPaid(): boolean {
    return this.#paidAt > 0
  }

  protected recordDismissal(by: LeftBy): void {
    this.emitter.emit('dismiss', { by })
    const { service } = this
    // Not tied to the life of the element: the answer was given, whatever happens to the page.
    if (service) withTries(new AbortController().signal, service.dismiss).catch(() => undefined)
  }
}

/** Waits for the document, so that a script in the head may name a container further down. */
export async function containerOf(target: Element | string | undefined): Promise<Element> {
  if (document.readyState === 'loading' && typeof target === 'string') {
    await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }))
  }
  const container = elementOf(target)
  if (!container) throw new Failure('container_missing')
  return container
}

export function elementOf(target: Element | string | undefined): Element | null {
  if (typeof target !== 'string') return target instanceof Element ? target : null
  try {
    return document.querySelector(target)
  } catch {
    return null
  }
}
