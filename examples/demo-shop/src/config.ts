/**
 * For: the shop's settings, from the environment.
 * Not for: the rest of the code; nothing else reads the environment.
 */
import type { ShopOptions } from './shop.ts'

/** @throws Error with a sentence for whoever starts the shop */
export const shopOptionsFrom = (environment: NodeJS.ProcessEnv): ShopOptions => {
  const {
    DEMO_PORT = '4001',
    EKKO_ORIGIN = 'http://127.0.0.1:4000',
    EKKO_API_KEY,
    EKKO_DATA_DIR = '.data',
  } = environment
  const port = Number(DEMO_PORT)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`DEMO_PORT must be a port number, and is ${DEMO_PORT}.`)
  if (!URL.canParse(EKKO_ORIGIN)) throw new Error(`EKKO_ORIGIN must be an address, and is ${EKKO_ORIGIN}.`)
  if (!EKKO_API_KEY)
    throw new Error(
      'EKKO_API_KEY is not set. The service prints a test key when it starts for the first time.',
    )
  return { port, ekkoOrigin: new URL(EKKO_ORIGIN).origin, apiKey: EKKO_API_KEY, dataFolder: EKKO_DATA_DIR }
}
