/**
 * The playground's two pages: an overview that lays one aspect side by side in frames, and what stands in a frame, which is
 * the component as a merchant's server would print it. In English only: it is for whoever builds a shop, not for shoppers.
 */
import { type Html, html, raw } from '../kernel/html.ts'
import { renderComponent } from './component.ts'
import { type Aspect, type Choice, choices, isSdkState } from './playground-view.ts'
import type { ComponentView } from './views.ts'
import { wordsFor } from './words.ts'

const labels: Readonly<Record<Aspect, string>> = {
  state: 'State',
  variant: 'Variant',
  impact: 'Impact type',
  locale: 'Language',
  theme: 'Theme',
  width: 'Width in pixels',
}

export function renderPlayground(choice: Choice, by: Aspect, stylesheetPath: string): string {
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Playground</title>
<link rel="stylesheet" href="${stylesheetPath}">
</head>
<body>
<header>
<h1 class="title">Playground</h1>
<p class="lead">Every look of the component, from the renderers that shops get it from. The purchase is invented, nothing is stored, and the buttons lead nowhere. Whoever has contributed before sees “thanked”; a takeover does not open again.</p>
<form method="get" action="/playground">
${Object.keys(choices).map((name) => renderSelect(name as Aspect, choices[name as Aspect], choice[name as Aspect]))}
${renderSelect('by', Object.keys(choices), by)}
<button class="button" type="submit">Show</button>
</form>
</header>
<main>
${choices[by].map((value) => renderFrame({ ...choice, [by]: value }, by))}
</main>
</body>
</html>
`.text
}

function renderSelect(name: Aspect | 'by', values: readonly string[], chosen: string): Html {
  const label = name === 'by' ? 'Side by side' : labels[name]
  const options = values.map((value) =>
    value === chosen
      ? html`<option value="${value}" selected>${nameOf(name, value)}</option>`
      : html`<option value="${value}">${nameOf(name, value)}</option>`,
  )
  return html`<label><span class="label">${label}</span><select name="${name}">${options}</select></label>`
}

function nameOf(aspect: Aspect | 'by', value: string): string {
  return aspect === 'by' ? labels[value as Aspect] : value
}

function renderFrame(choice: Choice, by: Aspect): Html {
  const query = new URLSearchParams(choice).toString()
  return html`<figure class="w${choice.width}">
<figcaption class="label">${choice[by]}</figcaption>
<iframe src="/playground/component?${query}" title="${labels[by]}: ${choice[by]}" loading="lazy"></iframe>
</figure>
`
}

export function renderPlaygroundFrame(
  view: ComponentView,
  choice: Choice,
  paths: { readonly stylesheet: string; readonly script: string },
): string {
  const words = wordsFor(view.locale)
  // Our own markup, rendered and escaped a line further down.
  const component = isSdkState(choice.state) ? html`` : raw(renderComponent(view, { styles: 'link' }))
  return html`<!doctype html>
<html lang="${words.locale}" dir="${words.direction}" class="frame">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${choice.theme}">
<title>${choice.state}</title>
<link rel="stylesheet" href="${paths.stylesheet}">
</head>
<body>
<div id="slot" data-state="${choice.state}" data-variant="${choice.variant}" data-locale="${choice.locale}">${component}</div>
<script src="/v1/ekko.js"></script>
<script src="${paths.script}"></script>
</body>
</html>
`.text
}
