/**
 * For: running the shop as a process: settings in, signals out.
 * Not for: anything that a test would start; see shop.ts.
 */
import { shopOptionsFrom } from './config.ts'
import { type Shop, startShop } from './shop.ts'

let shop: Shop | undefined

const stop = async (): Promise<void> => {
  await shop?.close()
  process.exit(0)
}
process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())

try {
  shop = await startShop({ ...shopOptionsFrom(process.env), log: (line) => console.log(line) })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
