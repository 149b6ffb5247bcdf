/**
 * The component in front of the page, as a modal dialog. Opens once, with its content in hand and after the page has painted;
 * Escape, the back button and a visible button leave it; scroll and focus are then where they were.
 */

import { enterHistory, type HistoryEntry } from './history-entry.ts'
import { Host } from './host.ts'
import { containerOf, elementOf, Impact, type LeftBy } from './impact.ts'
import { paintMs } from './limits.ts'
import { lockScroll } from './scroll-lock.ts'
import type { ReadyResult, TakeoverOptions } from './surface.ts'
import { wordsFor } from './words.ts'

export class Takeover extends Impact {
  declare protected readonly options: TakeoverOptions
  protected override readonly variant = 'takeover'
  /** It covers the page and takes no room in it. */
  protected override readonly reservedPixels = 0
  #close: ((by?: LeftBy) => void) | undefined

  protected override container(): Promise<Element> {
    return containerOf(this.options.container ?? 'body')
  }

  protected override async present(host: Host, signal: AbortSignal): Promise<ReadyResult> {
    if (host.state === 'dismissed' || host.state === 'expired')
      return { status: 'ineligible', reason: host.state }
    if (host.state !== 'ready' && host.state !== 'failed')
      return { status: 'ineligible', reason: 'contributed' }
    await painted(signal)
    if (signal.aborted) throw signal.reason
    this.#open(host, 'heading')
    return { status: 'ready' }
  }

  /** What is answered already is not asked again; a fault goes the way that the merchant chose. */
  protected override giveUp(result: ReadyResult): void {
    const { onError = 'dismiss' } = this.options
    if (result.status === 'unavailable' && onError === 'screen') this.#openErrorScreen()
    else {
      this.host?.element.remove()
      if (result.status === 'ineligible' || onError === 'redirect') this.#goOn()
    }
  }

  protected override leave(by: LeftBy): void {
    const { host } = this
    if (!this.#close || !host) return
    this.#close(by)
    if (host.state === 'ready' && !this.hasPaid) this.recordDismissal(by)
    this.host?.element.remove()
  }

  protected override cleanUp(): void {
    this.#close?.('back')
  }

  #open(host: Host, heading: string): void {
    const dialog = host.root.querySelector('dialog')!
    const before = document.activeElement
    const unlock = lockScroll()
    // Printed open, for pages without scripts.
    dialog.removeAttribute('open')
    dialog.showModal()
    host.find(heading)?.focus()
    const entry = this.options.history === false ? undefined : enterHistory(() => this.leave('back'))
    const cancel = (event: Event) => {
      event.preventDefault()
      this.leave('escape')
    }
    const closed = () => this.leave('escape')
    dialog.addEventListener('cancel', cancel)
    dialog.addEventListener('close', closed)
    this.#close = (by) => {
      this.#close = undefined
      dialog.removeEventListener('cancel', cancel)
      dialog.removeEventListener('close', closed)
      dialog.close()
      unlock()
      this.#giveFocusBack(before)
      // A destroyed takeover goes nowhere; one that was left does.
      if (this.signal.aborted) entry?.leave()
      else this.#goOn(entry, by)
    }
  }

  #giveFocusBack(before: Element | null): void {
    const target = before && before !== document.body ? before : this.options.returnFocus
    const element = elementOf(target)
    if (element instanceof HTMLElement && element.isConnected) element.focus({ preventScroll: true })
  }

  #goOn(entry?: HistoryEntry, by?: LeftBy): void {
    const address = this.options.redirectUrl && webAddress(this.options.redirectUrl)
    if (!address) {
      if (by !== 'back') entry?.leave()
    } else if (entry && by !== 'back') {
      entry.forget()
      // In place of our own entry, so that the back button leads to the shop and not to a dialog that is over.
      location.replace(address)
    } else location.assign(address)
  }

  #openErrorScreen(): void {
    const host = this.host ?? new Host(document.body, this.variant, 0)
    this.host = host
    const words = wordsFor(this.context.locale)
    const dialog = document.createElement('dialog')
    const box = document.createElement('div')
    const text = document.createElement('p')
    const button = document.createElement('button')
    text.textContent = words.unavailable
    text.tabIndex = -1
    text.id = 'ekko-heading'
    text.dataset.ekko = 'heading'
    button.textContent = words.onwards
    button.addEventListener('click', () => this.leave('button'))
    box.className = 'quiet'
    box.append(text, button)
    dialog.setAttribute('aria-labelledby', text.id)
    dialog.append(box)
    host.root.replaceChildren(dialog)
    host.state = 'unavailable'
    this.#open(host, 'heading')
  }
}

/** Two frames after the document is there; a tab that nobody looks at does not paint, and is not waited for. */
async function painted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, paintMs)
    signal.addEventListener('abort', () => resolve())
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()))
  })
}

/** Nothing but a web address: a `javascript:` one would run. */
function webAddress(address: string): string | undefined {
  try {
    const url = new URL(address, location.href)
    return /^https?:$/.test(url.protocol) ? url.href : undefined
  } catch {
    return undefined
  }
}
