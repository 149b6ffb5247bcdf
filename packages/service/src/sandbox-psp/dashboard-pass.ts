/**
 * The signed link to the dashboard: until when it holds, and a message authentication code over that. There are no
 * cookies and no passwords; whoever has the link can act on test money until it ends. Pure.
 */
import { authenticate, equalInConstantTime, type Secret } from '../kernel/secret.ts'
import { sandboxPspPath } from './options.ts'

const passLifeMs = 7 * 86_400_000
const purpose = 'sandbox psp dashboard until'

/** @param origin where the provider is reached, without a trailing slash */
export function dashboardUrl(origin: string, apiKey: Secret, now: Date): string {
  const untilSeconds = Math.floor((now.getTime() + passLifeMs) / 1000)
  return `${origin}${sandboxPspPath}/dashboard/${untilSeconds}.${sign(apiKey, String(untilSeconds))}`
}

export function isDashboardPass(pass: string, apiKey: Secret, now: Date): boolean {
  const [, until = '', code = ''] = /^([0-9]{1,12})\.([A-Za-z0-9_-]{43})$/.exec(pass) ?? []
  return equalInConstantTime(code, sign(apiKey, until)) && Number(until) * 1000 > now.getTime()
}

function sign(apiKey: Secret, until: string): string {
  return authenticate(Buffer.from(apiKey.reveal()), `${purpose} ${until}`)
}
