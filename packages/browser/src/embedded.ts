/** The component in a container of the page. Saying no is answered in place, and failing leaves one quiet line. */
import type { Host } from './host.ts'
import { containerOf, Impact } from './impact.ts'
import { reservedPixels } from './limits.ts'
import type { EmbeddedOptions, ReadyResult } from './surface.ts'
import { wordsFor } from './words.ts'

export class Embedded extends Impact {
  declare protected readonly options: EmbeddedOptions
  protected override readonly variant: 'embedded' | 'checkout' = 'embedded'

  protected override get reservedPixels(): number {
    return this.options.minHeight ?? reservedPixels
  }

  protected override container(): Promise<Element> {
    return containerOf(this.options.container)
  }

  protected override async present(): Promise<ReadyResult> {
    return { status: 'ready' }
  }

  protected override giveUp(): void {
    this.host?.showQuietly(wordsFor(this.context.locale).unavailable)
  }

  protected override leave(): void {
    if (!this.host || this.host.state === 'dismissed') return
    showDismissed(this.host)
    this.recordDismissal('button')
  }

  protected override cleanUp(): void {}
}

/** The words are there already, hidden; the server tells the same from now on. */
function showDismissed(host: Host): void {
  host.find('offer')?.toggleAttribute('hidden', true)
  host.find('dismissed')?.removeAttribute('hidden')
  host.state = 'dismissed'
  host.find('dismissed-heading')?.focus({ preventScroll: true })
}
