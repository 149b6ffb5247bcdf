/**
 * Identifiers are UUIDs of version 7 (RFC 9562): ordered by time, so that indexes stay compact, and unguessable enough
 * for a name. They are never a credential.
 */
import { randomFillSync } from 'node:crypto'

const poolBytes = 4096
const randomBytesPerId = 10
const pool = Buffer.alloc(poolBytes)
let used = poolBytes

export function newId(nowMs: number): string {
  if (used + randomBytesPerId > poolBytes) {
    randomFillSync(pool)
    used = 0
  }
  const random = pool.subarray(used, used + randomBytesPerId)
  used += randomBytesPerId
  random[0] = (random[0]! & 0x0f) | 0x70
  random[2] = (random[2]! & 0x3f) | 0x80
  const time = nowMs.toString(16).padStart(12, '0')
  const tail = random.toString('hex')
  return `${time.slice(0, 8)}-${time.slice(8)}-${tail.slice(0, 4)}-${tail.slice(4, 8)}-${tail.slice(8)}`
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export function isId(text: string): boolean {
  return uuid.test(text)
}
