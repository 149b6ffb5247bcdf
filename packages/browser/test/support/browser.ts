/**
 * A real Chromium for tests: `CHROMIUM_PATH`, else one on the PATH, else the one in the npm package @sparticuz/chromium.
 * Never downloads. The package unpacks to a fixed name in the temporary folder with mode 700, so each user gets a folder of
 * their own, filled aside and then renamed: two test processes may start at once and neither may see half a browser.
 */
import { accessSync, constants, lstatSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
const launchTimeoutMs = 30_000

/** Quiet and still: nothing phones home, nothing animates by itself. Popups are blocked as they are for people. */
const flags = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-sync',
  '--metrics-recording-only',
  '--no-first-run',
  '--no-pings',
  '--password-store=basic',
  '--font-render-hinting=none',
  '--disable-gpu',
]

/** @param more command line switches, for what a test has to measure */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const asRoot = process.getuid?.() === 0
  return chromium.launch({
    executablePath: await findChromium(),
    headless: true,
    timeout: launchTimeoutMs,
    args: [...flags, ...more, ...(asRoot ? ['--no-sandbox'] : [])],
    // Playwright lets every popup through and forgets pages that are left; tests of either would pass for the wrong reason.
    ignoreDefaultArgs: ['--disable-popup-blocking', '--disable-back-forward-cache'],
    chromiumSandbox: false,
  })
}

export async function findChromium(): Promise<string> {
  const named = process.env.CHROMIUM_PATH
  if (named) return named
  return onPath() ?? (await unpacked())
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable)
}

async function unpacked(): Promise<string> {
  const folder = join(tmpdir(), `ekko-test-chromium-${userInfo().uid}`)
  const binary = join(folder, 'chromium')
  if (isOurs(folder) && isExecutable(binary)) return binary

  const aside = mkdtempSync(join(tmpdir(), 'ekko-test-chromium-'))
  const before = process.env.TMPDIR
  process.env.TMPDIR = aside
  try {
    const { default: packaged } = await import('@sparticuz/chromium')
    await packaged.executablePath()
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
  try {
    renameSync(aside, folder)
  } catch {
    // Another process was first; its copy is as good.
    rmSync(aside, { recursive: true, force: true })
  }
  if (!isOurs(folder)) throw new Error(`${folder} belongs to somebody else; set CHROMIUM_PATH or TMPDIR`)
  return binary
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Others may write to the temporary folder, and a browser is not to be run from a folder that somebody else made. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  return found?.isDirectory() === true && found.uid === userInfo().uid
}
