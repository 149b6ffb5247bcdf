/**
 * The frame of every hosted page: a whole document with one stylesheet of ours and nothing that runs.
 * It stands under `default-src 'none'; style-src 'self'`; the service sets that and the other headers.
 */
import { type Html, html } from '../kernel/html.ts'
import { appearancePath } from './styles/appearance.ts'
import type { PageFrameView } from './views.ts'
import type { Words } from './words.ts'

export interface PageContent {
  readonly title: string
  readonly main: Html
  /** The page asks for itself again after so many seconds. */
  readonly refreshSeconds?: number | null
}

/** Where the way back leads, as far as that is known. */
export function backWords(merchantName: string | null, words: Words): string {
  return merchantName ? words.backToShop({ merchantName }) : words.backToTheShop
}

export function renderPage(view: PageFrameView, words: Words, content: PageContent): string {
  const { refreshSeconds } = content
  return html`<!doctype html>
<html lang="${words.locale}" dir="${words.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
${refreshSeconds && html`<meta http-equiv="refresh" content="${refreshSeconds}">`}
<title>${content.title}</title>
<link rel="stylesheet" href="${view.stylesheetPath}">
${view.appearance && html`<link rel="stylesheet" href="${appearancePath(view.appearance)}">`}
</head>
<body>
<header>
${view.environment === 'sandbox' && html`<p class="banner">${words.testMode}</p>`}
<div class="top">
${view.merchantName && html`<p class="merchant"><bdi>${view.merchantName}</bdi></p>`}
${view.returnUrl && html`<p><a href="${view.returnUrl}">${backWords(view.merchantName, words)}</a></p>`}
</div>
</header>
<main class="sheet">
${content.main}
</main>
</body>
</html>
`.text
}
