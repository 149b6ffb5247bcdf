/**
 * Stylesheets by `adoptedStyleSheets`: no <style>, no style attribute, so any style-src will do. Each is fetched once a page.
 * The brand's look comes as the address of a stylesheet; the merchant's choices are put into that address, and the
 * service answers with colours that read well.
 */
import { within } from './deadline.ts'
import { requestMs } from './limits.ts'
import { fetchCss } from './service.ts'
import type { Appearance } from './surface.ts'

const fetched = new Map<string, Promise<CSSStyleSheet>>()
const appearancePath = '/v1/appearance.css'

/** What stands before anything is loaded, when nothing can be, and for the takeover's own error screen. */
const baseCss = `
:host{display:block!important;min-block-size:var(--ekko-reserve,0)!important}
.quiet{box-sizing:border-box;display:grid;align-content:center;justify-items:center;gap:1.25em;padding:1.5em;
min-block-size:var(--ekko-reserve,0);border:1px solid rgb(128 128 128/.3);border-radius:12px;
font:medium/1.5 system-ui,sans-serif;text-align:center;text-wrap:balance}
p{margin:0;opacity:.8}p:focus{outline:0}
dialog{box-sizing:border-box;inline-size:26em;padding:0;border:1px solid rgb(128 128 128/.5);border-radius:12px}
dialog .quiet{border:0}
button{min-block-size:2.875em;padding:.5em 1.5em;border:1px solid;border-radius:8px;background:none;color:inherit;font:inherit;font-weight:600}
`

export function adoptBase(root: ShadowRoot): void {
  adopt(root, [sheetOf(baseCss)])
}

/** Rejects when the component's own stylesheet cannot be had; goes without the appearance when that fails. */
export async function loadSheets(
  origin: string,
  styles: string,
  appearance: Appearance | undefined,
): Promise<readonly CSSStyleSheet[]> {
  const addresses = styles.split(' ').filter((address) => address.startsWith(`${origin}/v1/`))
  const brand = addresses.find((address) => address.startsWith(origin + appearancePath))
  const own = addresses.filter((address) => address !== brand)
  const look = appearance ? withChoices(brand ?? origin + appearancePath, appearance) : brand
  const [component, chosen] = await Promise.all([
    Promise.all(own.map((address) => load(address))),
    look ? load(look).catch(() => undefined) : undefined,
  ])
  return chosen ? [...component, chosen] : component
}

export function adopt(root: ShadowRoot, sheets: readonly CSSStyleSheet[]): void {
  root.adoptedStyleSheets = [...sheets]
}

/** Not tied to whoever asks first: the next one, a moment later, waits for the same answer. */
function load(address: string): Promise<CSSStyleSheet> {
  const known = fetched.get(address)
  if (known) return known
  const made = within(new AbortController().signal, requestMs, async (limited) =>
    sheetOf(await fetchCss(address, limited)),
  )
  fetched.set(address, made)
  made.catch(() => fetched.delete(address))
  return made
}

function sheetOf(css: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  return sheet
}

function withChoices(address: string, appearance: Appearance): string {
  const url = new URL(address)
  const put = (name: string, value: unknown) => {
    if (value !== undefined) url.searchParams.set(name, String(value).replace(/^#/, ''))
  }
  const { colours, darkColours, ...rest } = appearance
  for (const [name, value] of Object.entries(rest)) put(name, value)
  for (const [name, value] of Object.entries(colours ?? {})) put(name, value)
  for (const [name, value] of Object.entries(darkColours ?? {})) put(`dark-${name}`, value)
  return url.href
}
