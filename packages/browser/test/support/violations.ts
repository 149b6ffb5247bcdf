/** What axe has to object to in a page, in words. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return page.evaluate(async (wanted) => {
    const { axe } = window as unknown as {
      axe: { run: (context: Document, options: unknown) => Promise<AxeResult> }
    }
    const result = await axe.run(document, { runOnly: wanted })
    return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)
  }, tags)
}
