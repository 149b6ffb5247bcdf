/**
 * For: a drawing of each product, made here so that the shop loads nothing from anywhere.
 * Not for: meaning; they are decoration, hidden from screen readers.
 * Law: presentation attributes only, for the page's style-src has no room for inline styles.
 */
import { type Html, trusted } from './html.ts'

export const illustrationOf = (sku: string): Html =>
  trusted(
    `<svg viewBox="0 0 200 160" aria-hidden="true" focusable="false"><ellipse cx="100" cy="140" rx="58" ry="7" fill="#000" opacity=".08"/>${drawings[sku] ?? ''}</svg>`,
  )

const terracotta = (top: number) =>
  `<path d="M66 ${top + 12}h68l-9 ${126 - top}a4 4 0 0 1-4 3H79a4 4 0 0 1-4-3z" fill="#c0714a"/>` +
  `<rect x="60" y="${top}" width="80" height="17" rx="4" fill="#cf8159"/>`

const leaf = (x: number, y: number, turn: number, size: number, fill: string) =>
  `<g transform="translate(${x} ${y}) rotate(${turn}) scale(${size})"><path d="M0 0C-20-8-24-32 0-50 24-32 20-8 0 0z" fill="${fill}"/><path d="M0 0V-44M0-14l-11-8M0-14l11-8M0-26l-9-7M0-26l9-7" stroke="#fff" stroke-opacity=".35" stroke-width="1.6" fill="none"/></g>`

const blade = (x: number, lean: number, height: number, fill: string) =>
  `<path d="M${x - 7} 92Q${x - 9 + lean / 2} ${92 - height / 2} ${x + lean} ${92 - height}Q${x + 11 + lean / 2} ${92 - height / 2} ${x + 7} 92z" fill="${fill}"/>` +
  `<path d="M${x} 92Q${x + lean / 2} ${92 - height / 2} ${x + lean} ${98 - height}" stroke="#e8dfae" stroke-opacity=".7" stroke-width="1.6" fill="none"/>`

const pearls = (x: number, length: number) =>
  `<path d="M${x} 62v${length}" stroke="#6f8a68" stroke-width="1.4"/>${Array.from(
    { length: Math.floor(length / 9) },
    (_, index) =>
      `<circle cx="${x + (index % 2 ? 3.4 : -3.4)}" cy="${70 + index * 9}" r="4.4" fill="${index % 3 ? '#86a07c' : '#708c68'}"/>`,
  ).join('')}`

const drawings: Readonly<Record<string, string>> = {
  'terracotta-pot': `${terracotta(44)}<path d="M72 88h56" stroke="#a85c38" stroke-width="2" stroke-opacity=".6"/><path d="M73 96h54" stroke="#a85c38" stroke-width="2" stroke-opacity=".4"/><rect x="56" y="134" width="88" height="8" rx="4" fill="#b4663f"/>`,
  monstera: `<g stroke="#5f7d5a" stroke-width="3" fill="none"><path d="M100 96Q96 70 78 58"/><path d="M100 96Q102 64 104 46"/><path d="M100 96Q110 76 128 68"/></g>${leaf(80, 62, -48, 0.92, '#6d8f66')}${leaf(104, 56, 4, 1, '#587a55')}${leaf(124, 70, 52, 0.86, '#7b9b70')}<path d="M72 94h56l-7 42a4 4 0 0 1-4 3H83a4 4 0 0 1-4-3z" fill="#4a4a4d"/><rect x="68" y="90" width="64" height="9" rx="3" fill="#5a5a5e"/>`,
  'indigo-planter': `<path d="M58 62q0 78 22 78h40q22 0 22-78z" fill="#34446b"/><path d="M58 62q0 26 3 42 13-9 24 0t26-2 28 2q3-16 3-42z" fill="#4d6393"/><ellipse cx="100" cy="62" rx="42" ry="9" fill="#5f76a8"/><ellipse cx="100" cy="63" rx="35" ry="6" fill="#26324f"/><path d="M70 76q-1 16 3 32" stroke="#fff" stroke-opacity=".25" stroke-width="4" stroke-linecap="round" fill="none"/>`,
  'snake-plant': `${blade(84, -14, 58, '#60805e')}${blade(116, 15, 52, '#60805e')}${blade(92, -4, 80, '#4c6b4d')}${blade(108, 6, 70, '#557556')}<path d="M68 90h64v42q0 8-8 8H76q-8 0-8-8z" fill="#ded4c4"/><path d="M68 104h64" stroke="#c8bba6" stroke-width="3"/><path d="M68 112h64" stroke="#c8bba6" stroke-width="1.5"/>`,
  'watering-can': `<path d="M118 84q30-6 38-34l8 4q-8 40-44 46z" fill="#e9dfcd"/><path d="M150 46l20 9" stroke="#3f5573" stroke-width="5" stroke-linecap="round"/><path d="M70 70q-36-4-30 30 4 22 32 22" fill="none" stroke="#3f5573" stroke-width="6"/><path d="M68 66h54l6 68q0 6-6 6H68q-6 0-6-6z" fill="#f3ebdc"/><path d="M68 66h54l.8 9H67.200z" fill="#3f5573"/><path d="M63 130h64.500" stroke="#3f5573" stroke-width="4"/>`,
  'string-of-pearls': `<g stroke="#9a8c78" stroke-width="2" fill="none"><path d="M100 8 68 48"/><path d="M100 8l32 40"/></g>${pearls(74, 64)}${pearls(88, 46)}${pearls(112, 72)}${pearls(126, 50)}<path d="M64 46h72q-2 34-36 34T64 46z" fill="#d9a68b"/><rect x="60" y="42" width="80" height="9" rx="4.500" fill="#e2b69e"/>${pearls(100, 30)}<circle cx="100" cy="8" r="3" fill="#9a8c78"/>`,
}
