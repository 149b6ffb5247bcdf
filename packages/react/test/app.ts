// The shop's page that react.test.ts bundles: renders on demand what it is told, under StrictMode.

import { Ekko } from '@ekko/browser'
import { createElement, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ImpactPayEmbedded, ImpactPayTakeover } from '../src/index.ts'

interface Given {
  readonly origin: string
  readonly clientSecret: string
  /** Of the handlers of this rendering. */
  readonly name?: string
}

const told: unknown[] = []
let ekko: Ekko | undefined
const root = createRoot(document.querySelector('#root')!)

function show(what: 'embedded' | 'takeover' | 'nothing', { origin, name = '', ...props }: Given): void {
  ekko ??= new Ekko(origin)
  const handlers = {
    onReady: (event: unknown) => void told.push([name, 'ready', event]),
    onChange: (event: unknown) => void told.push([name, 'change', event]),
    onLoadError: (event: unknown) => void told.push([name, 'loaderror', event]),
  }
  const Component = { embedded: ImpactPayEmbedded, takeover: ImpactPayTakeover, nothing: null }[what]
  const shown = Component && createElement(Component, { ekko, ...props, ...handlers })
  root.render(createElement(StrictMode, null, shown))
}

Object.assign(window, { told, show })
