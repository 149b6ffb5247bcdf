import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newId } from '../kernel/id.ts'
import { ConsumerSeals, type KeptConsumer, type SealedConsumer } from './consumer.ts'

const seals = new ConsumerSeals(randomBytes(32))
const [id, other, root] = [newId(1), newId(2), newId(3)] as const
const bytesOf = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex')
const kept = (uuid: string, { sealedKey, sealed }: SealedConsumer): KeptConsumer => [
  bytesOf(uuid),
  sealedKey,
  sealed,
]

describe('a sealed consumer', () => {
  it('is read again as they were, and shows nothing of it', () => {
    const words = fc.string({ unit: 'grapheme', minLength: 4 })
    fc.assert(
      fc.property(words, words, (reference, city) => {
        const sealed = seals.seal(id, root, { reference, city, countryCode: 'GBR' })
        expect(seals.reference(kept(id, sealed))).toBe(reference)
        const bytes = Buffer.concat([sealed.lookup, sealed.sealedKey, sealed.sealed])
        expect(bytes.includes(Buffer.from(reference)) || bytes.includes(Buffer.from(city))).toBe(false)
      }),
    )
  })

  it('cannot be read under another consumer’s id, with another’s key, or by another deployment', () => {
    const facts = { reference: 'consumer_123', countryCode: 'GBR' }
    const [mine, theirs] = [seals.seal(id, root, facts), seals.seal(other, root, facts)]
    expect(() => seals.reference(kept(other, mine))).toThrow()
    expect(() => seals.reference(kept(id, { ...mine, sealedKey: theirs.sealedKey }))).toThrow()
    expect(() => new ConsumerSeals(randomBytes(32)).reference(kept(id, mine))).toThrow()
    expect(mine.sealed.equals(theirs.sealed)).toBe(false)
  })

  it('is found by the same reference below the same root only', () => {
    const lookup = seals.lookup(root, 'consumer_123')
    expect(seals.seal(id, root, { reference: 'consumer_123', countryCode: 'FRA' }).lookup).toEqual(lookup)
    expect(seals.lookup(root, 'consumer_124')).not.toEqual(lookup)
    expect(seals.lookup(other, 'consumer_123')).not.toEqual(lookup)
    expect(new ConsumerSeals(randomBytes(32)).lookup(root, 'consumer_123')).not.toEqual(lookup)
  })

  it('has no reference once erased', () => {
    expect(seals.reference(null)).toBeNull()
  })
})
