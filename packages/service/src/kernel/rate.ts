/** Rates (shares, fees, taxes) are integer parts per million, so that they multiply into money without rounding. */
import { refuseField } from './refusal.ts'

export const ppmWhole = 1_000_000

/**
 * Parts per million of a share between 0 and 1.
 * @throws Refusal UNPROCESSABLE_ENTITY when it has more than six decimals
 */
export function parseRate(share: number, path: string): number {
  const ppm = Math.round(share * ppmWhole)
  if (Math.abs(ppm / ppmWhole - share) > Number.EPSILON) {
    throw refuseField('UNPROCESSABLE_ENTITY', path, 'a share has at most six decimals')
  }
  return ppm
}
