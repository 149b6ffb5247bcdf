/**
 * A text of a catalogue with HTML in its places: a link, a code, a name in another language. Pure.
 * Law: the text itself stays text and is escaped; only what is handed in as HTML is HTML.
 */
import { type Html, html } from '../kernel/html.ts'

type With<Given> = { readonly [Key in keyof Given]: Given[Key] extends string ? string | Html : Given[Key] }

/** Of the private use area: nobody's text has them, and a catalogue that had them would not pass its test. */
const [opens, closes] = ['\ue000', '\ue001']
const place = /\ue000(\d+)\ue001/

export function rich<Given extends object>(say: (given: Given) => string, given: With<Given>): Html {
  const parts: Html[] = []
  const marked = Object.entries(given).map(([key, value]) => {
    if (typeof value === 'number') return [key, value]
    if (typeof value === 'string') return [key, value.replaceAll(/[\ue000\ue001]/g, '')]
    parts.push(value as Html)
    return [key, `${opens}${parts.length - 1}${closes}`]
  })
  const pieces = say(Object.fromEntries(marked) as Given).split(place)
  // Split by one group, every second piece is the number of a part.
  return html`${pieces.map((piece, index) => (index % 2 === 0 ? piece : parts[Number(piece)]))}`
}
