/**
 * Which network addresses a webhook may go to. Pure.
 * Production: the public internet only. Sandbox: also loopback and private networks, for receivers under development,
 * but never what is nobody's receiver: link-local and cloud metadata, multicast, unspecified.
 * Law: one list for each family. A single `net.BlockList` that holds `::/8` refuses every IPv4 address as well (Node 20).
 * Source of the ranges: IANA special-purpose address registries for IPv4 and IPv6.
 */
import { BlockList, isIP } from 'node:net'
import type { Environment } from '../kernel/context.ts'

/** Whether a socket may be opened to `address`, an IPv4 or IPv6 address in text. */
export function isAddressAllowed(address: string, environment: Environment): boolean {
  const plain = address.replace(/%.*$/, '')
  const version = isIP(plain)
  if (version === 4) return !refused[environment].ipv4.check(plain, 'ipv4')
  if (version !== 6) return false
  // `URL` writes every form of an IPv6 address in one way.
  const canonical = new URL(`http://[${plain}]/`).hostname
  if (canonical === '[::1]') return environment === 'sandbox'
  const mapped = mappedIpv4(canonical)
  if (mapped !== undefined) return isAddressAllowed(mapped, environment)
  return !refused[environment].ipv6.check(plain, 'ipv6')
}

// `::ffff:127.0.0.1` reaches 127.0.0.1.
function mappedIpv4(canonical: string): string | undefined {
  const match = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(canonical)
  if (!match) return undefined
  const [high, low] = [Number.parseInt(match[1]!, 16), Number.parseInt(match[2]!, 16)]
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}

const nobodyIpv4 = [
  '0.0.0.0/8', // this host
  '100.100.100.200/32', // metadata of Alibaba Cloud
  '168.63.129.16/32', // host agent of Azure
  '169.254.0.0/16', // link-local; metadata of most clouds
  '192.0.0.192/32', // metadata of Oracle Cloud
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved; broadcast
]
const localIpv4 = [
  '10.0.0.0/8',
  '100.64.0.0/10', // shared address space of carriers
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays, withdrawn
  '192.168.0.0/16',
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
]

// Forms that carry an IPv4 address inside would lead around the list for IPv4.
const nobodyIpv6 = [
  '::/8', // unspecified, IPv4-compatible, NAT64; `::1` and mapped ones are decided before
  '2001::/32', // Teredo
  '2002::/16', // 6to4
  'fd00:ec2::254/128', // metadata of AWS
  'fd20:ce::254/128', // metadata of Google Cloud
  'fe80::/10', // link-local
  'ff00::/8', // multicast
]
// Only 2000::/3 is given out as global unicast; the rest is special or not assigned.
const localIpv6 = [
  '::/3',
  '4000::/2',
  '8000::/1',
  '2001::/23', // protocol assignments
  '2001:db8::/32', // documentation
  '3fff::/20', // documentation
]

const refused = {
  sandbox: { ipv4: listOf('ipv4', nobodyIpv4), ipv6: listOf('ipv6', nobodyIpv6) },
  production: {
    ipv4: listOf('ipv4', [...nobodyIpv4, ...localIpv4]),
    ipv6: listOf('ipv6', [...nobodyIpv6, ...localIpv6]),
  },
}

function listOf(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [network, prefix] = range.split('/')
    list.addSubnet(network!, Number(prefix), family)
  }
  return list
}
