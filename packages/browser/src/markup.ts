/**
 * Builds the component from the service's HTML, element by element. There is no HTML sink in the SDK: nothing for Trusted
 * Types to refuse, nothing that could run, one path in every engine. It reads the strict subset that the service writes
 * (attributes quoted or bare, every element closed or void) and refuses everything else, whole.
 */
import { Failure } from './failure.ts'

export interface Built {
  /** Attributes of <ekko-impact>. */
  readonly attributes: ReadonlyMap<string, string>
  /** What belongs into its shadow root. */
  readonly content: DocumentFragment
}

const svgNames = new Set(['svg', 'path', 'line', 'circle'])
const voidNames = new Set(['input', 'br'])
const names = new Set(
  'a bdi button caption dialog div fieldset form h2 h3 h4 label legend li p section span table tbody td th tr ul'.split(
    ' ',
  ),
)
const token = /<(\/?)([a-z][a-z0-9-]*)((?: [a-z][a-zA-Z0-9-]*(?:="[^"<>]*")?)*)>|([^<]+)/y
const attribute = / ([a-z][a-zA-Z0-9-]*)(?:="([^"]*)")?/g
const references: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`' }

export function build(html: string): Built {
  const content = document.createDocumentFragment()
  const outer: Node[] = []
  let attributes: Map<string, string> | undefined
  /** Outside the template the markup is for browsers that cannot do without it, and is skipped. */
  let inside = false
  let parent: Node = content

  token.lastIndex = 0
  while (token.lastIndex < html.length) {
    const match = token.exec(html)
    if (!match) throw refusal()
    const [, closing, name = '', attributeText = '', text] = match
    if (!attributes) {
      if (name !== 'ekko-impact') throw refusal()
      attributes = readAttributes(attributeText)
    } else if (name === 'template') {
      inside = !closing
    } else if (inside) {
      if (text !== undefined) parent.appendChild(document.createTextNode(decoded(text)))
      else if (closing) {
        if (parent.nodeName.toLowerCase() !== name) throw refusal()
        parent = outer.pop()!
      } else {
        const element = elementOf(name, attributeText)
        parent.appendChild(element)
        if (!voidNames.has(name)) {
          outer.push(parent)
          parent = element
        }
      }
    }
  }
  if (!attributes || outer.length > 0 || !content.firstElementChild) throw refusal()
  return { attributes, content }
}

function elementOf(name: string, attributeText: string): Element {
  if (!names.has(name) && !svgNames.has(name) && !voidNames.has(name)) throw refusal()
  const element = svgNames.has(name)
    ? document.createElementNS('http://www.w3.org/2000/svg', name)
    : document.createElement(name)
  for (const [key, value] of readAttributes(attributeText)) {
    const address = /^(href|action)$/i.test(key)
    if (/^(on|style$|src|formaction$)/i.test(key) || (address && !/^https?:\/\//.test(value))) throw refusal()
    element.setAttribute(key, value)
  }
  return element
}

function readAttributes(text: string): Map<string, string> {
  return new Map(Array.from(text.matchAll(attribute), ([, key, value]) => [key!, decoded(value ?? '')]))
}

function decoded(text: string): string {
  return text.replace(/&([a-z]+|#\d+);/g, (whole, name: string) => references[name] ?? whole)
}

function refusal(): Failure {
  return new Failure('invalid_response')
}
