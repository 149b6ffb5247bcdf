/**
 * Sends mail through the operator's SMTP server. The library is loaded with the first mail.
 * Laws: one deadline covers a whole mail; beyond this machine nothing goes out unencrypted; what is answered names nobody,
 * because a server's own words quote the address.
 */
import type { SMTPTransportOptions } from 'nodemailer/lib/smtp-transport'
import type { Secret } from '../kernel/secret.ts'
import type { Mail, Mailer, MailOutcome } from './mailer.ts'

export interface SmtpOptions {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly url: Secret
  /** For example `Receipts <receipts@ekko.example>`. */
  readonly from: string
}

const connectTimeoutMs = 10_000
const idleTimeoutMs = 20_000
const mailDeadlineMs = 45_000
const defaultPorts = { 'smtp:': 587, 'smtps:': 465 } as const

export function smtpMailer({ url, from }: SmtpOptions): Mailer {
  const transport = transportOptions(new URL(url.reveal()))
  const domain = from
    .replace(/>?\s*$/, '')
    .split('@')
    .at(-1)
  return {
    async send(to, id, mail) {
      const { createTransport } = await import('nodemailer')
      const message = {
        from,
        to: { name: '', address: to },
        messageId: `<${id}@${domain}>`,
        ...contentOf(mail),
      }
      try {
        await createTransport(transport).sendMail({ ...message, signal: AbortSignal.timeout(mailDeadlineMs) })
        return { kind: 'sent' }
      } catch (cause) {
        return outcomeOf(cause)
      }
    },
  }
}

function transportOptions(url: URL): SMTPTransportOptions {
  const protocol = url.protocol as keyof typeof defaultPorts
  const secure = protocol === 'smtps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return {
    host,
    port: Number(url.port) || defaultPorts[protocol],
    secure,
    requireTLS: !secure && !isLoopback(host),
    ...(url.username && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    dnsTimeout: connectTimeoutMs,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: idleTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

function contentOf({ subject, text, html, attachment }: Mail) {
  return {
    subject,
    text,
    html,
    attachments: [{ ...attachment, contentType: 'application/json' }],
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}

/** A server that says no to this address or this mail for good is believed; everything else may be different later. */
function outcomeOf(cause: unknown): MailOutcome {
  const { code, responseCode, command } = (cause ?? {}) as Record<string, unknown>
  const shown = [code, command, responseCode].filter((part) => part !== undefined).join(' ') || 'unknown'
  const isAboutThis = command === 'RCPT TO' || command === 'DATA'
  return { kind: isAboutThis && Number(responseCode) >= 500 ? 'refused' : 'later', code: shown }
}
