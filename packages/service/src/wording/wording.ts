/**
 * Reads the banned wordings of each language (wording-*.ts). They are patterns over folded text (folding.ts): small letters,
 * no accents, one blank between words.
 * A blank in a pattern may be missing or be a hyphen in the text, `*` ends a stem, `…` is up to five words of one sentence.
 * Every pattern is held against every text, because nobody says in which language a merchant writes. So a word that is
 * harmless in another of these languages needs company. A new language is a new list there, an entry here, and a row of claim.test.ts.
 */
import type { ClaimKind } from './claim.ts'
import { ar, ja, pl } from './wording-further.ts'
import { de, en, nl, sv } from './wording-germanic.ts'
import { es, fr, it, pt } from './wording-romance.ts'

export interface Wording {
  readonly kind: ClaimKind
  readonly language: string
  readonly pattern: RegExp
}

export type Patterns = Readonly<Record<ClaimKind, readonly string[]>>

const languages: Readonly<Record<string, Patterns>> = { en, de, fr, es, it, nl, pt, pl, sv, ja, ar }

let compiled: readonly Wording[] | undefined

/** Compiled at the first use, because only few processes ever ask. */
export function wordingsOf(): readonly Wording[] {
  compiled ??= Object.entries(languages).flatMap(([language, patterns]) =>
    Object.entries(patterns).flatMap(([kind, sources]) =>
      sources.map((source) => ({ kind: kind as ClaimKind, language, pattern: patternOf(source, language) })),
    ),
  )
  return compiled
}

const wordStart = '(?<![\\p{L}\\p{N}])'
const wordEnd = '(?![\\p{L}\\p{N}])'
/** And, so, by, like, for, the: written together with the word that follows. */
const arabicStart = `${wordStart}[وفبكل]{0,2}(?:ال|لل)?`
const someWords = '(?: [^ |]+){0,5}? '
/** Japanese has no blanks between words, so words begin and end anywhere, and a few characters are a few words. */
const someCharacters = '[^|]{0,12}?'

function patternOf(source: string, language: string): RegExp {
  const isJapanese = language === 'ja'
  const body = source
    .split(' … ')
    .map((part) =>
      fold(part)
        .replaceAll(' ', ' ?')
        .replaceAll(/(?<=[\p{L}\p{N})])\*/gu, '\\p{L}*'),
    )
    .join(isJapanese ? someCharacters : someWords)
  if (isJapanese) return new RegExp(body, 'gu')
  return new RegExp(`${language === 'ar' ? arabicStart : wordStart}(?:${body})${wordEnd}`, 'gu')
}

/** As folding.ts does it to the text; the patterns are not disguised. */
function fold(part: string): string {
  return part.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
}
