// Certificates for tests of receivers: made at the moment, so that no test key is kept and none runs out by itself.
// Not for anything but tests. The few forms of DER (X.690) and X.509 (RFC 5280) that a TLS server needs.

import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'

export interface Certificate {
  readonly name: string
  readonly cert: string
  readonly key: string
}

interface Wanted {
  /** A DNS name; of an authority any text. */
  readonly name: string
  readonly isAuthority?: boolean
  /** Who signs; it signs itself when absent. */
  readonly issuer?: Certificate
  readonly validUntil?: Date
}

const dayMs = 86_400_000

export function makeCertificate({ name, isAuthority = false, issuer, validUntil }: Wanted): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const until = validUntil ?? new Date(Date.now() + 30 * dayMs)
  const extension = isAuthority
    ? sequence(
        basicConstraints,
        der(0x01, Buffer.from([0xff])),
        der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
      )
    : sequence(subjectAltName, der(0x04, sequence(der(0x82, Buffer.from(name)))))
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1 + Math.floor(Math.random() * 126)])),
    ecdsaWithSha256,
    nameOf(issuer?.name ?? name),
    sequence(instant(new Date(until.getTime() - 60 * dayMs)), instant(until)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  )
  const signature = createSign('SHA256')
    .update(toBeSigned)
    .sign(issuer?.key ?? (privateKey as KeyObject))
  const whole = sequence(toBeSigned, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return { name, key, cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n` }
}

const identifier = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const basicConstraints = identifier('551d13')
const subjectAltName = identifier('551d11')
const commonName = identifier('550403')
const ecdsaWithSha256 = sequence(identifier('2a8648ce3d040302'))

function nameOf(text: string): Buffer {
  return sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(text)))))
}

/** Of the years 1950 to 2049. */
function instant(at: Date): Buffer {
  return der(0x17, Buffer.from(`${at.toISOString().replace(/\D/g, '').slice(2, 14)}Z`))
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts)
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const { length } = body
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), body])
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), body])
}
