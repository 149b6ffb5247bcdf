// What a page may ask of the component: another language, another variant. The rest is the session's.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestService, testService } from './support/service.ts'

let service: TestService
let clientSecret: string

beforeAll(async () => {
  service = await testService({ engine: 'embedded' })
  ;({ clientSecret } = await service.session(await service.organisation()))
})
afterAll(() => service?.dispose())

async function component(query: string): Promise<string> {
  const answer = await fetch(`${service.origin}/v3/component${query}`, {
    headers: { authorization: `Bearer ${clientSecret}` },
  })
  expect(answer.status).toBe(200)
  return answer.text()
}

test('the component comes in the language and variant that the page asks for, and each is kept apart', async () => {
  for (const _again of [1, 2]) {
    expect(await component('?styles=adopted&variant=takeover&locale=de-AT')).toMatch(
      /data-variant="takeover".* lang="de-AT" dir="ltr".*<dialog/s,
    )
    expect(await component('?styles=adopted&locale=ar')).toMatch(
      /data-variant="embedded".* lang="ar" dir="rtl"/,
    )
    expect(await component('')).toMatch(/data-variant="embedded".* lang="en-GB"/)
    expect(await component('?locale=tlh')).toMatch(/lang="en-GB"/)
  }
})

test('the payment page goes on in the language of the component', async () => {
  const german = await component('?locale=de')
  const [, payUrl] = /<a href="([^"]+)">[^<]*<\/a><\/ekko-impact>/.exec(german)!
  expect(payUrl).toMatch(/\?locale=de$/)
  const page = await (await fetch(`${payUrl}&amount=2.00`)).text()
  expect(page).toContain('<html lang="de"')
  expect(page).toMatch(/<form method="post" action="[^"]*locale=de/)
  expect(await component('')).not.toContain('locale=')
})
