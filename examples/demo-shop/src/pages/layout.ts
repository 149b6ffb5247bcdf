/**
 * For: what all pages share: head, header, the sentence that this is a demonstration, footer.
 * Not for: content.
 */
import { type Html, html, type Printable, trusted } from '../html.ts'

export interface PageFacts {
  readonly title: string
  readonly cartCount?: number
  /** One column, for pages that are read from top to bottom. */
  readonly narrow?: boolean
  /** Scripts of this page, after the content. */
  readonly scripts?: Printable
}

export const layout = (facts: PageFacts, content: Html): Html => html`${trusted('<!doctype html>')}
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${facts.title} · Loam & Kiln (demo shop)</title>
<link rel="stylesheet" href="/shop.css">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<p class="notice">A demonstration. Nothing is sold here, nothing is sent, and no payment is taken for the goods.</p>
<header class="top">
<a class="brand" href="/">Loam <span>&</span> Kiln</a>
<nav aria-label="Shop">
<a href="/">Shop</a>
<a href="/cart">Cart${facts.cartCount ? html` <span class="count">${facts.cartCount}</span>` : ''}</a>
<a href="/events">What the shop received</a>
</nav>
</header>
<main id="content"${facts.narrow && trusted(' class="narrow"')}>
${content}
</main>
<footer class="foot">
<p>Loam & Kiln does not exist. Its pages show how a shop offers a contribution after a purchase. <a href="/playground">Every look of the component</a></p>
</footer>
${facts.scripts}
</body>
</html>
`
