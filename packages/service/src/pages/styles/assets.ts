/**
 * The files that browsers load from the service: stylesheets of the component and of our pages, and the browser SDK.
 * Read once, when the service starts. A path with a hash in it never changes its content, so it may be kept for ever.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { type PictureName, pictureFile, pictureNames, picturePath } from '../pictures.ts'
import { neutralDark, neutralLight, palette, paletteCss } from './palette.ts'

export interface Asset {
  readonly path: string
  readonly contentType: string
  readonly body: Buffer
  /** True: `Cache-Control: public, max-age=31536000, immutable`. False: revalidate with `etag`. */
  readonly immutable: boolean
  readonly etag: string
}

export interface Assets {
  readonly all: readonly Asset[]
  readonly paths: {
    readonly component: string
    readonly payment: string
    readonly method: string
    readonly books: string
    readonly reference: string
    readonly receipt: string
    readonly playground: string
    readonly playgroundScript: string
  }
}

/** The folders are as far from `src/pages/styles` as they are from `dist/pages/styles`. */
const assetsFolder = new URL('../../../assets/', import.meta.url)
const sdkFolder = new URL('../../../../browser/dist/bundle/', import.meta.url)

/** Without a build there is no SDK to serve, and its assets are missing from `all`. */
export function loadAssets(): Assets {
  const component = stylesheet('component', ['tokens.css', 'controls.css', 'component.css'])
  const payment = stylesheet('payment', ['tokens.css', 'controls.css', 'payment.css', 'receipt-mail.css'])
  const method = stylesheet('method', ['tokens.css', 'controls.css', 'payment.css', 'method.css'])
  const reference = stylesheet('reference', ['tokens.css', 'controls.css', 'payment.css', 'reference.css'])
  const books = stylesheet('books', ['tokens.css', 'controls.css', 'payment.css', 'books.css'])
  const receipt = stylesheet('receipt', [
    'tokens.css',
    'controls.css',
    'payment.css',
    'receipt-mail.css',
    'receipt.css',
  ])
  const playground = stylesheet('playground', ['tokens.css', 'controls.css', 'playground.css'])
  const playgroundScript = ownScript('playground.js')
  const sdk = ['ekko.js', 'ekko.mjs', 'loader.js', 'loader.mjs'].flatMap(sdkScript)
  return {
    all: [
      component,
      payment,
      method,
      reference,
      books,
      receipt,
      playground,
      playgroundScript,
      ...sdk,
      ...pictureNames.map(picture),
    ],
    paths: {
      component: component.path,
      payment: payment.path,
      method: method.path,
      books: books.path,
      reference: reference.path,
      receipt: receipt.path,
      playground: playground.path,
      playgroundScript: playgroundScript.path,
    },
  }
}

function stylesheet(name: string, files: readonly string[]): Asset {
  const colours = paletteCss(palette(neutralLight), palette(neutralDark))
  const css = colours + files.map((file) => readFileSync(new URL(file, assetsFolder), 'utf8')).join('')
  const body = Buffer.from(withoutComments(css))
  const hash = hashOf(body)
  return asset(`/v1/${name}.${hash.slice(0, 12)}.css`, 'text/css; charset=utf-8', body, true)
}

function ownScript(name: string): Asset {
  const body = readFileSync(new URL(name, assetsFolder))
  return asset(`/v1/${name}`, 'text/javascript; charset=utf-8', body, false)
}

function sdkScript(name: string): readonly Asset[] {
  const file = new URL(name, sdkFolder)
  if (!existsSync(file)) return []
  return [asset(`/v1/${name}`, 'text/javascript; charset=utf-8', readFileSync(file), false)]
}

function picture(name: PictureName): Asset {
  return asset(picturePath(name), 'image/svg+xml', Buffer.from(pictureFile(name)), false)
}

function asset(path: string, contentType: string, body: Buffer, immutable: boolean): Asset {
  return { path, contentType, body, immutable, etag: `"${hashOf(body).slice(0, 24)}"` }
}

function hashOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex')
}

function withoutComments(css: string): string {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\n\s*/g, '\n')
    .replace(/\n+/g, '\n')
    .trimStart()
}
