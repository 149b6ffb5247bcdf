/**
 * How a brand looks: a few typed choices, turned into custom properties of the component and the hosted page.
 * It travels as the query of a stylesheet's address, because inline styles are not allowed where the component runs;
 * the address says everything, so the stylesheet can be cached for ever. Anything not understood is left out.
 */
import { parseColour } from './colour.ts'
import { type BaseColours, neutralDark, neutralLight, palette, paletteCss, paletteFaults } from './palette.ts'

export interface Appearance {
  /** `auto` follows the page's `color-scheme`. */
  readonly theme?: 'auto' | 'light' | 'dark'
  /** `#rrggbb` each. */
  readonly colours?: Partial<BaseColours>
  readonly darkColours?: Partial<BaseColours>
  /** Corner radius of the card in pixels, 0 to 24. */
  readonly radius?: number
  /** `inherit` takes the font of the merchant's page. */
  readonly font?: 'system' | 'serif' | 'mono' | 'inherit'
  readonly density?: 'comfortable' | 'compact'
}

export const appearanceRoute = '/v1/appearance.css'
const radiusMax = 24
const themes = ['auto', 'light', 'dark'] as const
const densities = ['comfortable', 'compact'] as const
const colourNames = ['accent', 'background', 'text'] as const
const fontStacks = {
  system: 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif',
  serif: 'ui-serif,Georgia,Cambria,"Times New Roman",serif',
  mono: 'ui-monospace,"SF Mono",Menlo,Consolas,monospace',
  inherit: 'inherit',
} as const

/** Path and query of the stylesheet of an appearance; the browser SDK puts the merchant's choices on top of it. */
export function appearancePath(appearance: Appearance): string {
  const query = new URLSearchParams()
  const put = (name: string, value: unknown) => {
    if (value !== undefined) query.set(name, String(value).replace(/^#/, ''))
  }
  put('theme', appearance.theme)
  for (const name of colourNames) put(name, appearance.colours?.[name])
  for (const name of colourNames) put(`dark-${name}`, appearance.darkColours?.[name])
  put('radius', appearance.radius)
  put('font', appearance.font)
  put('density', appearance.density)
  return `${appearanceRoute}?${query}`
}

export function appearanceFromQuery(query: URLSearchParams): Appearance {
  const one = <T extends string>(name: string, allowed: readonly T[]) =>
    allowed.find((value) => value === query.get(name))
  const colours = (prefix: string): Partial<BaseColours> => {
    const found = colourNames.flatMap((name) => {
      const value = `#${query.get(prefix + name) ?? ''}`
      return parseColour(value) ? [[name, value] as const] : []
    })
    return Object.fromEntries(found)
  }
  const radius = query.get('radius') ?? ''
  const font = one('font', Object.keys(fontStacks) as (keyof typeof fontStacks)[])
  const theme = one('theme', themes)
  const density = one('density', densities)
  return {
    colours: colours(''),
    darkColours: colours('dark-'),
    ...(theme && { theme }),
    ...(/^\d{1,2}$/.test(radius) && { radius: Math.min(Number(radius), radiusMax) }),
    ...(font && { font }),
    ...(density && { density }),
  }
}

/** The stylesheet. Colours that would not read well are corrected here, whoever chose them. */
export function appearanceCss(appearance: Appearance): string {
  const { light, dark } = bases(appearance)
  const { theme = 'auto', radius, font, density } = appearance
  const scheme =
    theme === 'auto' ? '' : `:host{color-scheme:${theme}!important}:root{color-scheme:${theme}}\n`
  const tokens = [
    radius !== undefined && `--ekko-radius:${Math.max(0, Math.min(Math.round(radius), radiusMax))}px`,
    font && `--ekko-font:${fontStacks[font]}`,
    density && `--ekko-space:${density === 'compact' ? '0.3125em' : '0.4375em'}`,
  ].filter(Boolean)
  const rest = tokens.length > 0 ? `:host,:root{${tokens.join(';')}}\n` : ''
  // An inherited font must be let in past the component's own reset of everything that inherits.
  const inherit = font === 'inherit' ? ':host{font-family:inherit!important}\n' : ''
  return (
    paletteCss(palette(light), palette(dark), theme === 'dark' ? 'dark' : 'light') + scheme + rest + inherit
  )
}

/** What `appearanceCss` will correct, for whoever sets a brand's colours. */
export function appearanceFaults(appearance: Appearance): readonly string[] {
  const { light, dark } = bases(appearance)
  return [
    ...paletteFaults(light).map((fault) => `light: ${fault}`),
    ...paletteFaults(dark).map((fault) => `dark: ${fault}`),
  ]
}

function bases({ colours, darkColours }: Appearance): { light: BaseColours; dark: BaseColours } {
  return { light: { ...neutralLight, ...colours }, dark: { ...neutralDark, ...darkColours } }
}
