/**
 * HTML as a tagged template: every value is escaped unless it is itself HTML. For pages, the component and the sandbox PSP.
 * Not for scripts, styles or unquoted attributes: a value belongs in text or between double quotes, nowhere else.
 */
export type HtmlValue = Html | string | number | bigint | readonly HtmlValue[] | null | undefined | false

/** Text that is already HTML. Made by `html` and `raw` only. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = strings[0]!
  for (let index = 0; index < values.length; index++) {
    text += textOf(values[index]) + strings[index + 1]!
  }
  return new Html(text)
}

/** Lets text through as it is. Only for constants of ours, never for anything that a person or a server sent. */
export function raw(trusted: string): Html {
  return new Html(trusted)
}

/** Null, undefined and false are nothing, so `${condition && html`…`}` reads well. */
function textOf(value: HtmlValue): string {
  if (value instanceof Html) return value.text
  if (typeof value === 'string') return escapeHtml(value)
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  let text = ''
  for (const item of value) text += textOf(item)
  return text
}

const special = /[&<>"'`]/
const specials = /[&<>"'`]/g
const references: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/** Most values have nothing to escape, and looking is several times cheaper than replacing. */
export function escapeHtml(text: string): string {
  return special.test(text) ? text.replace(specials, (character) => references[character]!) : text
}
