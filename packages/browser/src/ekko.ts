/** The entry: which deployment, which session, which component. Mistakes in the first are told at once; nothing throws later. */
import { Checkout } from './checkout.ts'
import { Embedded } from './embedded.ts'
import type { Context } from './impact.ts'
import { type Deployment, deploymentOf } from './origin.ts'
import type {
  EkkoOptions,
  ElementsOptions,
  EmbeddedOptions,
  ImpactElement,
  ImpactElements,
  ImpactFactory,
  TakeoverOptions,
} from './surface.ts'
import { Takeover } from './takeover.ts'

export class Ekko implements ImpactFactory {
  readonly #deployment: Deployment
  readonly #options: EkkoOptions

  /**
   * @param deployment `sandbox` or `prod` for the deployment that this script was loaded from, or the origin of another.
   * @throws TypeError when it cannot be told where the service is.
   */
  constructor(deployment: string, options: EkkoOptions = {}) {
    this.#deployment = deploymentOf(deployment, options.origin)
    this.#options = options
  }

  elements(options: ElementsOptions = {}): ImpactElements {
    return new EkkoElements(this.#deployment, this.#options, options)
  }
}

class EkkoElements implements ImpactElements {
  readonly #context: Context

  constructor(deployment: Deployment, { locale, startedAt }: EkkoOptions, options: ElementsOptions) {
    let asked: Promise<string | undefined> | undefined
    const ask = async () => options.clientSecret ?? options.fetchClientSecret?.()
    this.#context = {
      deployment,
      locale,
      startedAt,
      secret: () => {
        asked ??= ask()
        return asked
      },
    }
  }

  createImpactPayEmbedded(options: EmbeddedOptions): ImpactElement {
    return new Embedded(this.#context, options ?? {})
  }

  createCheckout(options: EmbeddedOptions): ImpactElement {
    return new Checkout(this.#context, options ?? {})
  }

  createImpactPayPageTakeover(options: TakeoverOptions = {}): ImpactElement {
    return new Takeover(this.#context, options)
  }
}
