import { describe, expect, it } from 'vitest'
import { Secret } from '../kernel/secret.ts'
import { signNotification } from '../sandbox-psp/notification-signature.ts'
import { verifySandboxNotification } from './sandbox-notification.ts'

const secret = new Secret('one secret')
const now = new Date('2026-03-01T12:00:00Z')
const text = JSON.stringify({ id: 'e1', type: 'payment.changed', payment: 'p1' })

const secondsLater = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const signed = (body: string, at: Date, by = secret) => ({
  'sandbox-psp-signature': signNotification(by, body, at),
})
const verify = (body: string, headers: Record<string, string | undefined>, at = now) =>
  verifySandboxNotification(secret, Buffer.from(body), headers, at)

describe('a notification of the sandbox provider', () => {
  it('is believed when its signature is right and fresh', () => {
    expect(verify(text, signed(text, now))).toEqual({
      kind: 'verified',
      value: { eventId: 'e1', pspReference: 'p1', kind: 'payment' },
    })
  })

  it('names the refund when it is about one, and passes on what it does not know as other', () => {
    const refund = JSON.stringify({ id: 'e2', type: 'refund.changed', payment: 'p1', refund: 'r1' })
    expect(verify(refund, signed(refund, now))).toMatchObject({
      value: { kind: 'refund', refundReference: 'r1' },
    })
    const novel = JSON.stringify({ id: 'e3', type: 'moon.rises', payment: 'p1' })
    expect(verify(novel, signed(novel, now))).toMatchObject({ value: { kind: 'other' } })
  })

  it('carries the same event id each time it is delivered', () => {
    const again = verify(text, signed(text, secondsLater(60)), secondsLater(60))
    expect(again).toEqual(verify(text, signed(text, now)))
  })

  it('is refused when forged, tampered with or unsigned', () => {
    expect(verify(text, signed(text, now, new Secret('another')))).toMatchObject({ code: 'signature_wrong' })
    expect(verify(text.replace('p1', 'p2'), signed(text, now))).toMatchObject({ code: 'signature_wrong' })
    const moved = signed(text, now)['sandbox-psp-signature'].replace(/t=\d+/, `t=${now.getTime() / 1000 + 1}`)
    expect(verify(text, { 'sandbox-psp-signature': moved })).toMatchObject({ code: 'signature_wrong' })
    for (const header of [undefined, '', 't=1', 'v1=00', 't=1,v1=zz', `t=1,v1=${'0'.repeat(63)}`]) {
      expect(verify(text, { 'sandbox-psp-signature': header })).toMatchObject({ code: 'signature_missing' })
    }
  })

  it('is refused when stale or from the future, beyond what two clocks may differ by', () => {
    expect(verify(text, signed(text, now), secondsLater(300)).kind).toBe('verified')
    expect(verify(text, signed(text, now), secondsLater(301))).toMatchObject({ code: 'too_old' })
    expect(verify(text, signed(text, now), secondsLater(-60)).kind).toBe('verified')
    expect(verify(text, signed(text, now), secondsLater(-61))).toMatchObject({ code: 'from_the_future' })
  })

  it('is refused when it is signed and still makes no sense', () => {
    for (const body of ['', 'null', '[]', '{}', '{"id":1,"payment":"p"}', '{"id":"e"']) {
      expect(verify(body, signed(body, now))).toMatchObject({ kind: 'rejected', code: 'unreadable' })
    }
  })
})
