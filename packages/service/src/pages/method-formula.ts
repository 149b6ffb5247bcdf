/** A formula as text: each line by itself, so that one too long for a phone goes on indented. Pure. */
import { type Html, html } from '../kernel/html.ts'

export function renderFormula(lines: readonly string[]): Html {
  return html`<pre class="formula" dir="ltr">${lines.map((line) => html`<span>${line}\n</span>`)}</pre>`
}
