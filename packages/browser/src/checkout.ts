/**
 * What a consumer may add to a purchase that is not paid yet. Nothing is paid here: the page adds what it hears to its own
 * total, and its server allocates it. The service wrote every choice out, so nothing is added up and no word is found here.
 * Law: nothing is ticked at first, and nothing can be ticked before somebody listens.
 */
import { Embedded } from './embedded.ts'
import type { Host } from './host.ts'
import type { ReadyResult } from './surface.ts'

export class Checkout extends Embedded {
  protected override readonly variant = 'checkout'

  protected override async present(): Promise<ReadyResult> {
    const host = this.host!
    host.root.addEventListener('change', () => this.#tell(host), { signal: this.signal })
    host.find('choices')?.removeAttribute('disabled')
    return { status: 'ready' }
  }

  #tell(host: Host): void {
    const ticked = host.root.querySelectorAll<HTMLInputElement>('input:checked')
    const choice = Array.from(ticked, ({ name }) => name).join(' ')
    for (const part of host.root.querySelectorAll<HTMLElement>('[data-when]'))
      part.hidden = !part.dataset.when!.split(',').includes(choice)
    const { amount, credits, contribution, total, currency } =
      host.root.querySelector<HTMLElement>('[data-total]:not([hidden])')?.dataset ?? {}
    if (!amount || !credits || !contribution || !total || !currency) return
    this.emitter.emit('change', {
      amount,
      checkout: { credits, contribution, total, currencyCode: currency },
    })
  }
}
