import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readMailAddress } from './mail-address.ts'

describe('an e-mail address', () => {
  it.each([
    ['jo@example.org', 'jo@example.org'],
    ['  Jo.Smith+shop@Mail.Example.ORG ', 'Jo.Smith+shop@mail.example.org'],
    ['jo@bücher.example', 'jo@xn--bcher-kva.example'],
    ["o'neill@example.ie", "o'neill@example.ie"],
  ])('%j is read as %s', (typed, read) => {
    expect(readMailAddress(typed)).toBe(read)
  })

  it.each([
    ...[
      '',
      'jo',
      '@example.org',
      'jo@',
      'jo@localhost',
      'jo@example..org',
      'jo@-example.org',
      'jo@[127.0.0.1]',
    ],
    ...['jo smith@example.org', 'jo@example.org, ann@example.org', 'jo@example.org;ann@example.org'],
    ...[
      'Jo <jo@example.org>',
      '"jo"@example.org',
      'jo@example.org\r\nBcc: ann@example.org',
      'jo\n@example.org',
    ],
    ...[
      'jö@example.org',
      `${'a'.repeat(65)}@example.org`,
      `a@${'b.'.repeat(130)}org`,
      'jo@exam\u0000ple.org',
    ],
  ])('%j is not one', (typed) => {
    expect(readMailAddress(typed)).toBeUndefined()
  })

  it('never holds anything that means something in a header', () => {
    const noise = fc.string({
      unit: fc.constantFrom('a', '@', '.', ',', '<', '>', ' ', '\r', '\n', '"', ':', 'é'),
    })
    fc.assert(
      fc.property(noise, (typed) => {
        expect(readMailAddress(typed) ?? 'a@b.c').toMatch(/^[^\s<>(),:;"\\]+@[a-z0-9.-]+$/)
      }),
    )
  })
})
