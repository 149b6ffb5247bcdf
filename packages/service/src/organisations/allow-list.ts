/**
 * Pure: where requests may come from. A list has single addresses, CIDR blocks and ranges, of IPv4 and of IPv6.
 * Law: an IPv4 address is the same however it is written, also inside IPv6. What is no address is on no list.
 */
import { BlockList, isIP } from 'node:net'

export interface AddressSet {
  has(address: string): boolean
}

/** @param ranges that `rangeFault` finds nothing wrong with */
export function addressSet(ranges: readonly string[]): AddressSet {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const range of ranges) add(lists, range)
  return {
    has(address) {
      const plain = plainAddress(address)
      const family = familyOf(plain)
      return family !== undefined && lists[family].check(plain, family)
    },
  }
}

/** Why it is none; undefined when it is one. */
export function rangeFault(range: string): string | undefined {
  const parts = partsOf(range)
  if (!parts) return 'not an address, a CIDR block or two addresses with a hyphen between them'
  if (parts.bits !== undefined && parts.bits > bitsOf[parts.family])
    return `a block of this family has at most ${bitsOf[parts.family]} bits`
  if (parts.end !== undefined && wholeOf(parts.start) > wholeOf(parts.end))
    return 'the range ends before it begins'
  return undefined
}

/** As it is compared: without a zone, and IPv4 where it only is mapped into IPv6. */
export function plainAddress(address: string): string {
  const plain = address.trim().replace(/%.*$/, '')
  if (isIP(plain) !== 6) return plain
  const match = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(new URL(`http://[${plain}]/`).hostname)
  if (!match) return plain
  const [high, low] = [Number.parseInt(match[1]!, 16), Number.parseInt(match[2]!, 16)]
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}

type Family = 'ipv4' | 'ipv6'
const bitsOf = { ipv4: 32, ipv6: 128 } as const

interface Parts {
  readonly family: Family
  readonly start: string
  readonly end?: string
  readonly bits?: number
}

function partsOf(range: string): Parts | undefined {
  const [, first = '', bits, second] =
    /^\s*([^\s/-]+)\s*(?:\/(\d{1,3})|-\s*([^\s/-]+))?\s*$/.exec(range) ?? []
  const start = plainAddress(first)
  const family = familyOf(start)
  if (family === undefined || (bits !== undefined && isIP(first) !== isIP(start))) return undefined
  if (bits !== undefined) return { family, start, bits: Number(bits) }
  if (second === undefined) return { family, start }
  const end = plainAddress(second)
  return familyOf(end) === family ? { family, start, end } : undefined
}

function familyOf(address: string): Family | undefined {
  const version = isIP(address)
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : undefined
}

function add(lists: Record<Family, BlockList>, range: string): void {
  const parts = partsOf(range)
  if (!parts) throw new Error(`not a range of addresses: ${range}`)
  const { family, start, end, bits } = parts
  if (bits !== undefined) lists[family].addSubnet(start, bits, family)
  else if (end !== undefined) lists[family].addRange(start, end, family)
  else lists[family].addAddress(start, family)
}

/** The address as one number, to compare. */
function wholeOf(address: string): bigint {
  if (isIP(address) === 4) return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1)
  const [before = '', after] = canonical.split('::')
  const groups = (text: string | undefined) => (text ? text.split(':') : [])
  const [head, tail] = [groups(before), groups(after)]
  const all = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail]
  return all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n)
}
