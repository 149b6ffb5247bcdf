/**
 * Pure: which of our languages a wished locale gets, and with which region’s numbers.
 * The catalogue is that of the locale itself, else of its language, else en-GB, as documented for unknown and malformed ones.
 */
export const languages = [
  'en-GB',
  'en-US',
  'de',
  'fr',
  'es',
  'it',
  'nl',
  'pt',
  'pl',
  'sv',
  'ja',
  'ar',
] as const
export type Language = (typeof languages)[number]

/**
 * Regions that write money in another way than their language does by itself. They keep its words and have their own
 * numbers; any other region gets the language alone, so that there are never more locales than are named here.
 */
const regional: Readonly<Partial<Record<string, Language>>> = {
  'ar-AE': 'ar',
  'ar-EG': 'ar',
  'ar-SA': 'ar',
  'de-AT': 'de',
  'de-CH': 'de',
  'en-AU': 'en-GB',
  'en-CA': 'en-GB',
  'en-IE': 'en-GB',
  'en-NZ': 'en-GB',
  'es-AR': 'es',
  'es-CL': 'es',
  'es-CO': 'es',
  'es-MX': 'es',
  'es-US': 'es',
  'fr-BE': 'fr',
  'fr-CA': 'fr',
  'fr-CH': 'fr',
  'it-CH': 'it',
  'nl-BE': 'nl',
  'pt-BR': 'pt',
  'pt-PT': 'pt',
  'sv-FI': 'sv',
}
const localeDefault = 'en-GB'

const byLowerCase = new Map<string, string>(
  [...languages, ...Object.keys(regional)].map((locale) => [locale.toLowerCase(), locale]),
)

/** What to write numbers in, and the `lang` of the page. */
export function resolveLocale(wished: string | null | undefined): string {
  const subtags = (wished ?? '').toLowerCase().replaceAll('_', '-').split('-')
  // `zh-Hant-TW` has its region third, and extensions come last.
  const region = subtags.slice(1, 3).find((subtag) => /^([a-z]{2}|\d{3})$/.test(subtag))
  return byLowerCase.get(`${subtags[0]}-${region}`) ?? byLowerCase.get(subtags[0]!) ?? localeDefault
}

/** Whose words a locale that `resolveLocale` answered is told in. */
export function languageOf(locale: string): Language {
  return regional[locale] ?? (locale as Language)
}

/** More than anybody reads; what comes after is left out. */
const headerCharsMax = 200

/** For pages that belong to no session: the first of the reader’s languages that we have, by the reader’s own order. */
export function preferredLocale(acceptLanguage: string | undefined): string {
  const wishes = (acceptLanguage ?? '')
    .slice(0, headerCharsMax)
    .split(',')
    .map((wish) => {
      const [tag = '', ...parameters] = wish.trim().split(';')
      const weight = parameters.map((each) => /^\s*q=([\d.]+)$/.exec(each)?.[1]).find(Boolean)
      return { tag, weight: Number(weight ?? 1) }
    })
    .filter(
      ({ tag, weight }) =>
        weight > 0 && byLowerCase.has(tag.toLowerCase().split('-')[0]!.replace(/^en$/, 'en-gb')),
    )
  const [best] = wishes.sort((one, other) => other.weight - one.weight)
  return resolveLocale(best?.tag)
}
