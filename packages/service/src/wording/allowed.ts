/**
 * Sentences of ours that hold a banned wording to say that it is not so. Whole sentences, word for word, each with its reason:
 * a guard that understood “not” could be talked round. Not for merchants’ or projects’ texts, which can be worded otherwise.
 */
import { fold } from './folding.ts'

const sentences: Readonly<Record<string, string>> = {
  'It does not offset the purchase': 'docs/explanation/wording.md says what a contribution is not',
}

/** Folded, as claim.ts compares them. */
export const allowedSentences: ReadonlySet<string> = new Set(
  Object.keys(sentences).map((text) => fold(text).text),
)
