/**
 * The only door of the SDK. Importing it has no effect and works where there is no browser; nothing happens before
 * `new Ekko(…)`, and nothing throws after it.
 */
export { Ekko, type EkkoElements } from './ekko.ts'
export type {
  Appearance,
  EkkoOptions,
  ElementsOptions,
  EmbeddedOptions,
  ImpactElement,
  ImpactEvents,
  ReadyResult,
  TakeoverOptions,
  UnavailableReason,
} from './surface.ts'
