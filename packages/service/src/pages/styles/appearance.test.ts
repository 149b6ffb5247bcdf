import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Appearance,
  appearanceCss,
  appearanceFaults,
  appearanceFromQuery,
  appearancePath,
} from './appearance.ts'
import { loadAssets } from './assets.ts'
import { contrast, parseColour } from './colour.ts'
import { palette } from './palette.ts'

const read = (path: string) => appearanceFromQuery(new URL(path, 'https://x.example').searchParams)
const hex = fc
  .integer({ min: 0, max: 0xff_ff_ff })
  .map((number) => `#${number.toString(16).padStart(6, '0')}`)
const ratio = (one: string, other: string) => contrast(parseColour(one)!, parseColour(other)!)

test('an appearance survives its address', () => {
  const appearance: Appearance = {
    theme: 'dark',
    colours: { accent: '#b4441f', background: '#fffaf3', text: '#33261d' },
    darkColours: { accent: '#ffb499' },
    radius: 4,
    font: 'serif',
    density: 'compact',
  }
  expect(read(appearancePath(appearance))).toEqual(appearance)
})

test('what is not understood is left out, and nothing gets into the stylesheet', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom('theme', 'accent', 'dark-text', 'radius', 'font', 'density'),
        fc.string(),
      ),
      (choices) => {
        const css = appearanceCss(appearanceFromQuery(new URLSearchParams(choices)))
        expect(css).toMatch(/^[-\w\s{}()#,:;.!"@%]*$/)
        expect(css).not.toContain('url(')
      },
    ),
  )
  expect(read('/?accent=red;}*{x&radius=9999&font=url(x)')).toEqual({ colours: {}, darkColours: {} })
})

test('whatever a brand chooses, text and controls can be read', () => {
  fc.assert(
    fc.property(hex, hex, hex, (accent, background, text) => {
      const made = palette({ accent, background, text })
      expect(ratio(made.text, made.background)).toBeGreaterThanOrEqual(4.4)
      expect(ratio(made['text-muted'], made.background)).toBeGreaterThanOrEqual(4.4)
      expect(ratio(made['accent-text'], made.accent)).toBeGreaterThanOrEqual(4.4)
      expect(ratio(made['notice-text'], made.notice)).toBeGreaterThanOrEqual(4.4)
      expect(ratio(made.accent, made.background)).toBeGreaterThanOrEqual(2.9)
      expect(ratio(made['border-strong'], made.background)).toBeGreaterThanOrEqual(2.9)
      expect(ratio(made.focus, made.background)).toBeGreaterThanOrEqual(2.9)
    }),
    { numRuns: 300 },
  )
})

test('colours that will be corrected are told to whoever chose them', () => {
  expect(appearanceFaults({ colours: { text: '#cccccc' } })).toEqual([
    expect.stringMatching(/^light: text on background is 1\.\d\d : 1, below 4.5 : 1$/),
  ])
  expect(appearanceFaults({})).toEqual([])
})

test('the stylesheets are there under names that change with their content', () => {
  const { all, paths } = loadAssets()
  expect(paths.component).toMatch(/^\/v1\/component\.[0-9a-f]{12}\.css$/)
  const component = all.find(({ path }) => path === paths.component)
  expect(component).toMatchObject({ immutable: true, contentType: 'text/css; charset=utf-8' })
  const css = component!.body.toString()
  expect(css).not.toMatch(/\/\*|@import|url\(/)
  expect(css.split('{').length).toBe(css.split('}').length)
})

test('about thirty properties are open to be set', () => {
  const { all, paths } = loadAssets()
  const css = all.find(({ path }) => path === paths.component)!.body.toString()
  const set = new Set(Array.from(css.matchAll(/(--ekko-[a-z-]+):/g), ([, name]) => name))
  const used = new Set(Array.from(css.matchAll(/var\((--ekko-[a-z-]+)/g), ([, name]) => name))
  expect(set.size).toBeGreaterThanOrEqual(28)
  expect([...used].filter((name) => !set.has(name) && name !== '--ekko-reserve')).toEqual([])
})
