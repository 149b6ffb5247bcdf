/**
 * For: writing HTML so that nothing reaches it unescaped by accident.
 * Not for: attributes without quotes, scripts or styles; the pages have none.
 * Law: only `html` and `trusted` make an Html; every other value is escaped where it is put in.
 */

export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Printable = Html | string | number | false | null | undefined | readonly Printable[]

/** @example html`<p title="${title}">${lines.map((line) => html`<i>${line}</i>`)}</p>` */
export const html = (parts: TemplateStringsArray, ...values: readonly Printable[]): Html =>
  new Html(parts.reduce((text, part, index) => text + print(values[index - 1]) + part))

/** Markup of our own or of the service; never anything that a visitor or a webhook sent. */
export const trusted = (markup: string): Html => new Html(markup)

const print = (value: Printable): string => {
  if (value === undefined || value === null || value === false) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'object') return value.map(print).join('')
  return String(value).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
}
