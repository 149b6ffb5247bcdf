/**
 * Arithmetic on sRGB colours: reading `#rrggbb`, mixing, and the contrast ratio of WCAG 2.2 (1 to 21).
 * Not a CSS parser: other notations are refused, so that no value of a brand's can carry anything but a colour.
 */
export interface Colour {
  readonly red: number
  readonly green: number
  readonly blue: number
}

export function parseColour(text: string): Colour | undefined {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim())
  if (!match) return undefined
  const [red, green, blue] = match.slice(1).map((pair) => Number.parseInt(pair, 16))
  return { red: red!, green: green!, blue: blue! }
}

export function hexOf(colour: Colour): string {
  const pair = (value: number) => Math.round(value).toString(16).padStart(2, '0')
  return `#${pair(colour.red)}${pair(colour.green)}${pair(colour.blue)}`
}

/** `share` of `other` in `colour`, from 0 to 1. */
export function mix(colour: Colour, other: Colour, share: number): Colour {
  const blend = (from: number, to: number) => from + (to - from) * share
  return {
    red: blend(colour.red, other.red),
    green: blend(colour.green, other.green),
    blue: blend(colour.blue, other.blue),
  }
}

export function contrast(one: Colour, other: Colour): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter! + 0.05) / (darker! + 0.05)
}

export function luminance(colour: Colour): number {
  const linear = (value: number) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue)
}

/** `colour`, taken towards `pole` in steps of a twentieth until it stands out from every ground by `ratio`. */
export function standOut(colour: Colour, grounds: readonly Colour[], ratio: number, pole: Colour): Colour {
  for (let share = 0; share < 1; share += 0.05) {
    const candidate = mix(colour, pole, share)
    if (grounds.every((ground) => contrast(candidate, ground) >= ratio)) return candidate
  }
  return pole
}

/** Black or white, whichever reads better on the ground: 4.58 : 1 at the worst, which a softer black would not keep. */
export function inkOn(ground: Colour): Colour {
  const white = { red: 255, green: 255, blue: 255 }
  const black = { red: 0, green: 0, blue: 0 }
  return contrast(white, ground) >= contrast(black, ground) ? white : black
}
