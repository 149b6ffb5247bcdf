import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Environment } from '../kernel/context.ts'
import { isAddressAllowed } from './address.ts'
import { endpointUrlFault } from './endpoint-url.ts'

// biome-ignore format: a table
const nobody = [
  '0.0.0.0', '0.1.2.3', '169.254.0.1', '169.254.169.254', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255',
  '100.100.100.200', '168.63.129.16', '192.0.0.192',
  '::', '::2', '::7f00:2', '::5efe:7f00:1', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '64:ff9b::7f00:1',
  '64:ff9b:1::1', '2001::1', '2002:7f00:1::', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'ff02::1', 'fd00:ec2::254',
  'fd20:ce::254',
]
// biome-ignore format: a table
const local = [
  '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.254', '172.16.0.1',
  '172.31.255.255', '192.0.0.1', '192.0.2.1', '192.88.99.1', '192.168.0.1', '198.18.0.1', '198.19.255.255',
  '198.51.100.1', '203.0.113.1',
  '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '100::1', '2001:2::1',
  '2001:10::1', '2001:db8::1', '3fff::1', '5f00::1', 'fc00::1', 'fd12:3456::1', 'fec0::1',
]
// biome-ignore format: a table
const open = [
  '1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.1', '100.63.255.255', '100.128.0.1', '126.255.255.255', '128.0.0.1',
  '169.253.255.255', '169.255.0.1', '172.15.255.255', '172.32.0.1', '192.0.1.1', '192.167.255.255', '192.169.0.1',
  '198.17.255.255', '198.20.0.1', '203.0.112.255', '203.0.114.1', '223.255.255.255', '::ffff:8.8.8.8',
  '2001:4860:4860::8888', '2606:4700:4700::1111', '2a00:1450::1', '2400:cb00::1', '2003::1', '3ffe::1',
]

const refusedOf = (addresses: string[], environment: Environment) =>
  addresses.filter((address) => !isAddressAllowed(address, environment))

test('production reaches the public internet and nothing else', () => {
  expect(refusedOf([...nobody, ...local], 'production')).toEqual([...nobody, ...local])
  expect(refusedOf(open, 'production')).toEqual([])
})

test('a sandbox also reaches loopback and private networks, but no metadata, link-local, multicast or unspecified', () => {
  expect(refusedOf(nobody, 'sandbox')).toEqual(nobody)
  expect(refusedOf([...local, ...open], 'sandbox')).toEqual([])
})

test('whatever is no address is refused', () => {
  for (const text of ['', 'localhost', '127.1', '0x7f000001', '1.2.3', '::g', '[::1]']) {
    expect(isAddressAllowed(text, 'sandbox')).toBe(false)
  }
})

test('an IPv4 address and its mapped form are judged alike', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.constantFrom<Environment>('sandbox', 'production'), (address, environment) => {
      expect(isAddressAllowed(`::ffff:${address}`, environment)).toBe(isAddressAllowed(address, environment))
    }),
  )
})

test('what production allows, a sandbox allows', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
      if (isAddressAllowed(address, 'production')) expect(isAddressAllowed(address, 'sandbox')).toBe(true)
    }),
  )
})

test('the refusals of 32-bit addresses are exactly the listed ranges', () => {
  // Counted by ranges, so that neither a false positive nor a hole hides between the samples above.
  // biome-ignore format: a table
  const ranges = [
    [0x00000000, 8], [0x0a000000, 8], [0x64400000, 10], [0x7f000000, 8], [0xa9fe0000, 16], [0xac100000, 12],
    [0xc0000000, 24], [0xc0000200, 24], [0xc0586300, 24], [0xc0a80000, 16], [0xc6120000, 15], [0xc6336400, 24],
    [0xcb007100, 24], [0xe0000000, 4], [0xf0000000, 4], [0xa83f8110, 32],
  ] as const
  const inRange = (value: number) =>
    ranges.some(([start, bits]) => value >= start && value < start + 2 ** (32 - bits))
  const text = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.')
  const edges = ranges.flatMap(([start, bits]) => [
    start - 1,
    start,
    start + 2 ** (32 - bits) - 1,
    start + 2 ** (32 - bits),
  ])
  const sampled = fc.sample(fc.integer({ min: 0, max: 0xffffffff }), 20_000)
  for (const value of [...edges.filter((edge) => edge >= 0 && edge <= 0xffffffff), ...sampled]) {
    if (isAddressAllowed(text(value), 'production') === inRange(value))
      throw new Error(`wrong: ${text(value)}`)
  }
})

test('URLs: production takes https to public hosts on 443 or 8443', () => {
  // biome-ignore format: a table
  const accepted = [
    'https://shop.example/hooks', 'https://shop.example:8443/hooks?x=1', 'https://8.8.8.8/', 'https://[2606:4700::1]/',
    'https://localhost.example/', 'https://notlocalhost/', 'https://127.0.0.1.example/',
  ]
  for (const url of accepted) expect([url, endpointUrlFault(url, 'production')]).toEqual([url, undefined])
  // biome-ignore format: a table
  const refused = [
    'http://shop.example/', 'ftp://shop.example/', 'https://shop.example:22/', 'https://user@shop.example/',
    'https://user:pw@shop.example/', 'https://:pw@shop.example/', 'https://localhost/', 'https://LOCALHOST./',
    'https://a.localhost/', 'https://127.0.0.1/', 'https://2130706433/', 'https://0x7f.1/', 'https://0177.0.0.1/',
    'https://127.1/', 'https://127.0.0.1./', 'https://１２７.0.0.1/', 'https://[::1]/', 'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/', 'https://[0:0::1]/', 'https://169.254.169.254/latest', 'https://0/', 'https:///',
    'shop.example', '/hooks', '', 'javascript:alert(1)', 'file:///etc/passwd', `https://shop.example/${'x'.repeat(2048)}`,
  ]
  for (const url of refused)
    expect([url, typeof endpointUrlFault(url, 'production')]).toEqual([url, 'string'])
})

test('URLs: a sandbox takes http, loopback and any port, but no metadata and no credentials', () => {
  for (const url of [
    'http://127.0.0.1:3000/hooks',
    'http://localhost:80/',
    'http://[::1]:9/',
    'https://10.0.0.1:22/',
  ]) {
    expect([url, endpointUrlFault(url, 'sandbox')]).toEqual([url, undefined])
  }
  for (const url of [
    'http://169.254.169.254/',
    'http://2852039166/',
    'http://[fe80::1]/',
    'http://0.0.0.0/',
    'http://u:p@h/',
  ]) {
    expect([url, typeof endpointUrlFault(url, 'sandbox')]).toEqual([url, 'string'])
  }
})
