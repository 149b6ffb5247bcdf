/** Pure: which of our languages a wished locale gets. Unknown and malformed ones get en-GB, as documented. */
export const localeDefault = 'en-GB'
export const locales = ['en-GB'] as const

export function resolveLocale(wished: string | null | undefined): string {
  const exact = locales.find((locale) => locale.toLowerCase() === wished?.toLowerCase())
  return exact ?? localeDefault
}
