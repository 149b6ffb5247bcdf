/**
 * The three things that the generated catalogues need at run time, for one language. All of it is Intl.
 * Law: what others wrote cannot turn the direction of a sentence of ours.
 */
export interface LanguageTools {
  readonly category: (count: number) => Intl.LDMLPluralRule
  readonly number: (value: number) => string
  readonly isolated: (text: string) => string
}

const rightToLeft = new Set(['ar', 'fa', 'he', 'ur'])
/** Of scripts that are written from right to left. */
const hasRightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\u200f\u202b\u202e\u2067]/u

export function toolsFor(locale: string): LanguageTools {
  const rules = new Intl.PluralRules(locale)
  const numbers = new Intl.NumberFormat(locale)
  return {
    category: (count) => rules.select(count),
    number: (value) => numbers.format(value),
    isolated:
      directionOf(locale) === 'rtl' ? isolate : (text) => (hasRightToLeft.test(text) ? isolate(text) : text),
  }
}

export function directionOf(locale: string): 'ltr' | 'rtl' {
  return rightToLeft.has(locale.split('-')[0]!) ? 'rtl' : 'ltr'
}

/** First strong isolate and pop directional isolate: seen by nobody, and kept by plain text such as a stored consent. */
function isolate(text: string): string {
  return `\u2068${text}\u2069`
}
