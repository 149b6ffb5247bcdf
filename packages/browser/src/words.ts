/**
 * The few words that the SDK has to say by itself, when the service that has all the others does not answer.
 * A new language is a new entry.
 */
interface Words {
  readonly unavailable: string
  readonly onwards: string
}

const english: Words = {
  unavailable: 'The environmental contribution is not available right now. Your order is not affected.',
  onwards: 'Continue',
}
const languages: Record<string, Words> = { en: english }

export function wordsFor(locale: string | undefined): Words {
  return languages[(locale ?? 'en').toLowerCase().split('-')[0]!] ?? english
}
