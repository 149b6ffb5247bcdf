/**
 * The words of the pages in one language: its catalogue, and how it writes numbers and lists.
 * The catalogues are in packages/service/locales; a new text goes into en-gb.json there, whose first lines say how.
 * The wording keeps to what may be claimed (docs/explanation/wording.md): an estimate with a range, and where the money goes.
 */
import { type Language, languageOf, resolveLocale } from '../sessions/locale.ts'
import { ar } from './locales/ar.ts'
import type { Catalogue } from './locales/catalogue.ts'
import { de } from './locales/de.ts'
import { enGb } from './locales/en-gb.ts'
import { enUs } from './locales/en-us.ts'
import { es } from './locales/es.ts'
import { fr } from './locales/fr.ts'
import { it } from './locales/it.ts'
import { ja } from './locales/ja.ts'
import { nl } from './locales/nl.ts'
import { pl } from './locales/pl.ts'
import { pt } from './locales/pt.ts'
import { sv } from './locales/sv.ts'
import { directionOf, toolsFor } from './words-tools.ts'

export interface Words extends Catalogue {
  /** BCP 47, with the reader's region where it is known; also the `lang` of what is rendered. */
  readonly locale: string
  readonly direction: 'ltr' | 'rtl'
  /** “a, b and c”, each kept in its own direction. */
  readonly list: (items: readonly string[]) => string
  /** One after the other, with a space between them where the language has one. */
  readonly sentences: (sentences: readonly string[]) => string
}

const catalogues: Readonly<Record<Language, Catalogue>> = {
  'en-GB': enGb,
  'en-US': enUs,
  ar,
  de,
  es,
  fr,
  it,
  ja,
  nl,
  pl,
  pt,
  sv,
}

/** Bounded by what `resolveLocale` lets through: our languages, each with a region. */
const kept = new Map<string, Words>()

/** The catalogue of the locale, else of its language, else British English; numbers as in the locale itself. */
export function wordsFor(wished: string): Words {
  const locale = resolveLocale(wished)
  const before = kept.get(locale)
  if (before) return before
  const { isolated } = toolsFor(locale)
  const language = languageOf(locale)
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' })
  const words: Words = {
    ...catalogues[language],
    locale,
    direction: directionOf(locale),
    list: (items) => lists.format(items.map(isolated)),
    sentences: (sentences) => sentences.join(language === 'ja' ? '' : ' '),
  }
  kept.set(locale, words)
  return words
}
