/**
 * The only door of the SDK. Importing it has no effect and works where there is no browser; nothing happens before
 * `new Ekko(…)`, and nothing throws after it.
 */
export { Ekko } from './ekko.ts'
export type {
  Appearance,
  CheckoutChoice,
  EkkoOptions,
  ElementsOptions,
  EmbeddedOptions,
  ImpactElement,
  ImpactElements,
  ImpactEvents,
  ImpactFactory,
  ReadyResult,
  TakeoverOptions,
  UnavailableReason,
} from './surface.ts'
