/**
 * Text as the claims guard reads it: small letters without accents, one blank between words, disguises taken off. Pure.
 * Not for showing. Each folded character knows where it came from, so that a finding can be quoted as it was written.
 */
export interface Folded {
  readonly text: string
  /** Where the character at the same place of `text` begins in the original. */
  readonly at: readonly number[]
}

/** Letters that no decomposition turns into what they are read as. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  ł: 'l',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  đ: 'd',
  ı: 'i',
  ɡ: 'g',
  ɑ: 'a',
  // Arabic, as it is typed without care.
  ى: 'ي',
  ة: 'ه',
  ٱ: 'ا',
  ک: 'ك',
  ی: 'ي',
}

/** Cyrillic and Greek letters that look like Latin ones. None of our languages is written with them. */
const lookalikes = Object.fromEntries(
  'аa вb сc ԁd еe ёe ғf һh нh іi їi јj кk ӏl мm пn оo рp ԛq гr ѕs тt уy υu ѵv ԝw хx αa βb εe ηn ιi κk μm νv οo ρp τt χx γy ωw'
    .split(' ')
    .map((pair) => [pair[0]!, pair[1]!]),
)

/** Figures that stand for letters beside letters. */
const figures: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'l',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  '@': 'a',
  $: 's',
}

const invisible = /[\p{Cf}\p{M}\u115f\u1160\u3164\uffa0ـ]/u
const inWord = /[\p{L}\p{N}@$]/u
const letter = /[a-z]/
/** Ends a sentence when a blank or the end of the text follows; in Japanese always. */
const full = /[.!?;:。！？؟]/u

interface Mark {
  readonly shown: string
  readonly at: number
}

export function fold(original: string): Folded {
  const marks = joinSpelled(blanksBetweenWords(undisguised(marksOf(original))))
  // A character outside the basic plane is two of what an expression counts.
  const at = marks.flatMap((mark) => Array.from({ length: mark.shown.length }, () => mark.at))
  return { text: marks.map(({ shown }) => shown).join(''), at }
}

function marksOf(original: string): Mark[] {
  const marks: Mark[] = []
  let at = 0
  for (const character of original) {
    for (const shown of character.normalize('NFKD').toLowerCase().normalize('NFKD')) {
      if (invisible.test(shown)) continue
      for (const one of letters[shown] ?? lookalikes[shown] ?? shown) marks.push({ shown: one, at })
    }
    at += character.length
  }
  return marks
}

function undisguised(marks: readonly Mark[]): Mark[] {
  return marks.map((mark, index) => {
    const instead = figures[mark.shown]
    const [before, after] = [marks[index - 1]?.shown ?? '', marks[index + 1]?.shown ?? '']
    const stands = (letter.test(before) || letter.test(after)) && !/\p{N}/u.test(before + after)
    return instead && stands ? { shown: instead, at: mark.at } : mark
  })
}

/** Whatever stands between two words is one blank, and the end of a sentence a bar between blanks. */
function blanksBetweenWords(marks: readonly Mark[]): Mark[] {
  const result: Mark[] = []
  let gap: Mark[] = []
  for (const [index, mark] of marks.entries()) {
    if (inWord.test(mark.shown)) {
      if (gap.length > 0 && result.length > 0) result.push(...gapOf(gap))
      gap = []
      result.push(mark)
      continue
    }
    const next = marks[index + 1]?.shown ?? ' '
    const ends = full.test(mark.shown) && (/\s/.test(next) || /[。！？]/u.test(mark.shown))
    gap.push(ends ? { shown: '|', at: mark.at } : { shown: ' ', at: mark.at })
  }
  return result
}

function gapOf(gap: readonly Mark[]): Mark[] {
  const { at } = gap[0]!
  return gap.some(({ shown }) => shown === '|')
    ? [
        { shown: ' ', at },
        { shown: '|', at },
        { shown: ' ', at },
      ]
    : [{ shown: ' ', at }]
}

const spelledLettersMin = 4

/** “c a r b o n” as “carbon”: single letters in a row are no words. */
function joinSpelled(marks: readonly Mark[]): Mark[] {
  const isSingle = (index: number) => {
    const { shown } = marks[index] ?? { shown: ' ' }
    const alone = [marks[index - 1], marks[index + 1]].every((mark) => (mark?.shown ?? ' ') === ' ')
    return /[a-z]/.test(shown) && alone
  }
  const result: Mark[] = []
  for (let index = 0; index < marks.length; index++) {
    let end = index
    while (isSingle(end) && isSingle(end + 2)) end += 2
    const spelled = (end - index) / 2 + 1
    if (spelled >= spelledLettersMin) {
      for (let each = index; each <= end; each += 2) result.push(marks[each]!)
      index = end
    } else result.push(marks[index]!)
  }
  return result
}
