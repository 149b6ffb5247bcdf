/**
 * The colour tokens of the component and the hosted page, derived from three colours each for light and dark, so that a
 * brand chooses little and still gets a whole that reads well. Text keeps 4.5 : 1, controls and focus 3 : 1 (WCAG 2.2 AA).
 */
import { type Colour, contrast, hexOf, inkOn, luminance, mix, parseColour, standOut } from './colour.ts'

export interface BaseColours {
  readonly accent: string
  readonly background: string
  readonly text: string
}

/** Neutral on purpose: a green palette by default would be a claim of its own. */
export const neutralLight: BaseColours = { accent: '#1d2026', background: '#ffffff', text: '#1b1d21' }
export const neutralDark: BaseColours = { accent: '#eceef1', background: '#17191c', text: '#eff0f2' }

export type ColourToken =
  | 'accent'
  | 'accent-text'
  | 'background'
  | 'surface'
  | 'text'
  | 'text-muted'
  | 'border'
  | 'border-strong'
  | 'focus'
  | 'danger'
  | 'notice'
  | 'notice-text'

const textContrast = 4.5
const controlContrast = 3

export function palette(base: BaseColours): Record<ColourToken, string> {
  const background = colour(base.background)
  const pole = inkOn(background)
  const text = standOut(colour(base.text), [background], textContrast, pole)
  const surface = mix(background, text, 0.035)
  const grounds = [background, surface]
  const dark = luminance(background) < 0.2
  const accent = standOut(colour(base.accent), grounds, controlContrast, pole)
  const notice = mix(background, colour(dark ? '#e0a52e' : '#f2b632'), dark ? 0.16 : 0.2)
  const tokens: Record<ColourToken, Colour> = {
    accent,
    'accent-text': inkOn(accent),
    background,
    surface,
    text,
    'text-muted': standOut(mix(text, background, 0.36), grounds, textContrast, text),
    border: mix(background, text, dark ? 0.16 : 0.12),
    'border-strong': standOut(mix(background, text, 0.4), grounds, controlContrast, text),
    focus: standOut(colour(dark ? '#8ab4ff' : '#1f5fd6'), grounds, controlContrast, pole),
    danger: standOut(colour(dark ? '#ff9b90' : '#b3261e'), grounds, textContrast, pole),
    notice,
    'notice-text': standOut(text, [notice], textContrast, inkOn(notice)),
  }
  const entries = Object.entries(tokens).map(([name, value]) => [name, hexOf(value)])
  return Object.fromEntries(entries) as Record<ColourToken, string>
}

/** What would not read well as it was asked for, in words for the one who chose it; nothing when all is well. */
export function paletteFaults(base: BaseColours): readonly string[] {
  const background = colour(base.background)
  const faults: string[] = []
  const check = (name: string, value: string, least: number) => {
    const ratio = contrast(colour(value), background)
    if (ratio < least) faults.push(`${name} on background is ${ratio.toFixed(2)} : 1, below ${least} : 1`)
  }
  check('text', base.text, textContrast)
  check('accent', base.accent, controlContrast)
  return faults
}

/**
 * Custom properties for both colour schemes. The used scheme is the page's own (`color-scheme`), not the reader's system
 * alone, so that a dark card never stands in a shop that is only light. Old engines get the first of the two.
 */
export function paletteCss(
  light: Record<ColourToken, string>,
  dark: Record<ColourToken, string>,
  first: 'light' | 'dark' = 'light',
): string {
  const names = Object.keys(light) as ColourToken[]
  const plain = first === 'light' ? light : dark
  const properties = (value: (name: ColourToken) => string) =>
    names.map((name) => `--ekko-${name}:${value(name)}`).join(';')
  return (
    `:host,:root{${properties((name) => plain[name])}}\n` +
    `@supports (color:light-dark(#000,#fff)){:host,:root{${properties((name) => `light-dark(${light[name]},${dark[name]})`)}}}\n`
  )
}

function colour(text: string): Colour {
  const parsed = parseColour(text)
  if (!parsed) throw new Error(`not a colour: ${text}`)
  return parsed
}
