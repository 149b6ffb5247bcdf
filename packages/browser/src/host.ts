/**
 * The <ekko-impact> element in the merchant's page and its open shadow root: found where the merchant's server printed it,
 * else made. Puts content in and keeps the space; knows nothing of sessions, payments or time.
 */
import type { Built } from './markup.ts'
import { adopt, adoptBase } from './stylesheets.ts'

/** Of any instance; what one has made or taken is not found by another. */
const inUse = new WeakSet<Element>()

export class Host {
  readonly element: HTMLElement
  readonly root: ShadowRoot
  /** Printed by the merchant's server; stays when the SDK goes. */
  readonly printed: boolean
  /** Tells of changes to those who cannot see them; must be in place before it has something to say. */
  readonly #announcer: HTMLElement

  constructor(container: Element, variant: string, reservedPixels: number) {
    const found = printedIn(container, variant)
    this.printed = found !== undefined
    this.element = found ?? document.createElement('ekko-impact')
    inUse.add(this.element)
    this.root = shadowOf(this.element)
    this.#announcer = document.createElement('p')
    this.#announcer.className = 'hidden'
    this.#announcer.setAttribute('role', 'status')
    if (this.printed) return
    adoptBase(this.root)
    this.reserve(reservedPixels)
    container.append(this.element)
  }

  get state(): string {
    return this.element.dataset.state ?? ''
  }

  set state(state: string) {
    this.element.dataset.state = state
  }

  find<T extends HTMLElement>(hook: string): T | null {
    return this.root.querySelector<T>(`[data-ekko="${hook}"]`)
  }

  /** Custom properties pass the component's own reset, and setting one is not an inline style to a policy. */
  reserve(pixels: number): void {
    this.element.style.setProperty('--ekko-reserve', `${pixels}px`)
  }

  /** An open dialog stays the same dialog, so that it stays open and modal. */
  show(built: Built, sheets: readonly CSSStyleSheet[]): void {
    for (const [name, value] of built.attributes) this.element.setAttribute(name, value)
    const dialog = this.root.querySelector('dialog[open]')
    const next = built.content.querySelector('dialog')
    if (dialog && next) dialog.replaceChildren(...next.childNodes)
    else this.root.replaceChildren(built.content, this.#announcer)
    adopt(this.root, sheets)
  }

  /** What the merchant's server printed stays in the page. */
  release(): void {
    inUse.delete(this.element)
    if (!this.printed) this.element.remove()
  }

  /** One line in the space that was kept; in view nothing moves, and out of view nobody sees it shrink. */
  showQuietly(text: string): void {
    const line = document.createElement('p')
    line.className = 'quiet'
    line.dir = 'auto'
    line.textContent = text
    this.root.replaceChildren(line)
    adoptBase(this.root)
    this.state = 'unavailable'
    const { top, bottom } = this.element.getBoundingClientRect()
    if (top > innerHeight || bottom < 0) this.reserve(0)
  }

  announce(text: string): void {
    if (!this.#announcer.isConnected) this.root.append(this.#announcer)
    this.#announcer.textContent = text
  }

  /** True when the consumer is in the component, or nowhere. */
  get hasAttention(): boolean {
    const active = document.activeElement
    return active === null || active === document.body || active === this.element
  }

  /** Whether a stylesheet that was printed with the component did not come, as under a strict `style-src`. */
  get isBare(): boolean {
    return getComputedStyle(this.element).getPropertyValue('--ekko-radius') === ''
  }
}

function printedIn(container: Element, variant: string): HTMLElement | undefined {
  const selector = `ekko-impact[data-variant="${variant}"]`
  const found = [container, ...container.querySelectorAll(selector)].filter((element) =>
    element.matches(selector),
  )
  return found.find((element) => !inUse.has(element)) as HTMLElement | undefined
}

/** Engines without declarative shadow roots leave a template behind; it becomes what it was meant to be. */
function shadowOf(element: HTMLElement): ShadowRoot {
  if (element.shadowRoot) return element.shadowRoot
  const template = element.querySelector<HTMLTemplateElement>('template[shadowrootmode]')
  const root = element.attachShadow({ mode: 'open' })
  if (template) {
    root.append(template.content)
    template.remove()
  }
  return root
}
