/**
 * Firefox and WebKit, where they are installed, behind a few verbs: Firefox over Marionette, which is WebDriver on a plain
 * socket, and WebKitGTK over its own driver. Not for everything that Chromium can show; for the cases in which engines differ.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

export interface Engine {
  readonly version: string
  goto(url: string): Promise<void>
  /** Runs the statements in the page and answers what they return, or what that resolves to. */
  run<T = unknown>(statements: string): Promise<T>
  /** With a real pointer, in the middle of the first element that the expression gives. */
  click(expression: string): Promise<void>
  press(key: string): Promise<void>
  back(): Promise<void>
  windows(): Promise<readonly string[]>
  /** Closes every window but the first, which is then in front. */
  closeOthers(): Promise<void>
  close(): Promise<void>
}

export interface KnownEngine {
  readonly name: 'firefox' | 'webkit'
  /** What has to be there; undefined is what is missing. */
  readonly programs: Readonly<Record<string, string | undefined>>
  readonly launch: () => Promise<Engine>
}

const startTimeoutMs = 45_000
const miniBrowsers = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].flatMap((platform) =>
  ['webkitgtk-6.0', 'webkit2gtk-4.1', 'webkit2gtk-4.0'].map(
    (name) => `/usr/lib/${platform}/${name}/MiniBrowser`,
  ),
)

export const engines: readonly KnownEngine[] = [
  {
    name: 'firefox',
    programs: { firefox: onPath('firefox-esr', 'firefox') },
    launch: launchFirefox,
  },
  {
    name: 'webkit',
    programs: {
      WebKitWebDriver: onPath('WebKitWebDriver'),
      MiniBrowser: miniBrowsers.find(existsSync),
      Xvfb: onPath('Xvfb'),
    },
    launch: launchWebKit,
  },
]

type Send = (command: Command, parameters?: object) => Promise<unknown>
/** By the names of Marionette; WebDriver has a path for each. */
type Command =
  | 'Navigate'
  | 'ExecuteAsyncScript'
  | 'PerformActions'
  | 'Back'
  | 'GetWindowHandles'
  | 'SwitchToWindow'
  | 'CloseWindow'

async function engineOver(send: Send, version: string, close: () => Promise<void>): Promise<Engine> {
  const [first] = (await send('GetWindowHandles')) as string[]
  const run = async <T>(statements: string): Promise<T> => {
    const script = `const done = arguments[arguments.length - 1];
      (async () => { ${statements} })().then((value) => done({ value }), (error) => done({ error: String(error) }))`
    const answer = (await send('ExecuteAsyncScript', { script, args: [] })) as { value: T; error?: string }
    if (answer.error) throw new Error(answer.error)
    return answer.value
  }
  return {
    version,
    close,
    run,
    goto: async (url) => void (await send('Navigate', { url })),
    back: async () => void (await send('Back')),
    windows: async () => (await send('GetWindowHandles')) as string[],
    closeOthers: async () => {
      const handles = (await send('GetWindowHandles')) as string[]
      for (const handle of handles.filter((one) => one !== first)) {
        await send('SwitchToWindow', { handle })
        await send('CloseWindow')
      }
      await send('SwitchToWindow', { handle: first })
    },
    click: async (expression) => {
      const [x, y] = await run<number[]>(`const element = ${expression}
        element.scrollIntoView({ block: 'center', behavior: 'instant' })
        const box = element.getBoundingClientRect()
        return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)]`)
      const actions = [
        { type: 'pointerMove', duration: 0, x, y },
        { type: 'pointerDown', button: 0 },
        { type: 'pointerUp', button: 0 },
      ]
      await send('PerformActions', { actions: [{ type: 'pointer', id: 'mouse', actions }] })
    },
    press: async (value) => {
      const actions = [
        { type: 'keyDown', value },
        { type: 'keyUp', value },
      ]
      await send('PerformActions', { actions: [{ type: 'key', id: 'keys', actions }] })
    },
  }
}

/** Nothing phones home, and popups are blocked as they are for people. */
const firefoxPreferences = {
  'marionette.port': 0,
  'remote.prefs.recommended': false,
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.shell.checkDefaultBrowser': false,
  'browser.safebrowsing.provider.mozilla.updateURL': '',
  'browser.safebrowsing.provider.google4.updateURL': '',
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.server': 'data:,',
}

async function launchFirefox(): Promise<Engine> {
  const profile = mkdtempSync(join(tmpdir(), 'ekko-test-firefox-'))
  const lines = Object.entries(firefoxPreferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  )
  writeFileSync(join(profile, 'user.js'), lines.join('\n'))
  const browser = start(onPath('firefox-esr', 'firefox')!, [
    ...['-marionette', '-headless', '-no-remote', '-profile', profile, 'about:blank'],
  ])
  const portFile = join(profile, 'MarionetteActivePort')
  await until(
    'Firefox to open its socket',
    () => existsSync(portFile) && readFileSync(portFile, 'utf8') !== '',
  )
  const socket = createConnection(Number(readFileSync(portFile, 'utf8')), '127.0.0.1')
  const ask = marionette(socket)
  const session = (await ask('WebDriver:NewSession', {})) as { capabilities: { browserVersion: string } }
  await ask('WebDriver:SetTimeouts', { script: 30_000, pageLoad: 30_000 })
  const send: Send = async (command, parameters = {}) => {
    const answer = await ask(`WebDriver:${command}`, parameters)
    return Array.isArray(answer) ? answer : (answer as { value: unknown } | null)?.value
  }
  return engineOver(send, session.capabilities.browserVersion, async () => {
    socket.destroy()
    await stop(browser)
    rmSync(profile, { recursive: true, force: true })
  })
}

/** Frames are `length:[0, id, command, parameters]` there and `length:[1, id, error, result]` back. */
function marionette(socket: Socket): (command: string, parameters: object) => Promise<unknown> {
  const waiting = new Map<number, (answer: [error: { message: string } | null, result: unknown]) => void>()
  let buffered = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    buffered = Buffer.concat([buffered, chunk])
    for (;;) {
      const colon = buffered.indexOf(':')
      const end = colon + 1 + Number(buffered.subarray(0, Math.max(colon, 0)).toString())
      if (colon === -1 || buffered.length < end) return
      const [, id, error, result] = [JSON.parse(buffered.subarray(colon + 1, end).toString())].flat()
      buffered = buffered.subarray(end)
      waiting.get(id)?.([error, result])
    }
  })
  let last = 0
  return (command, parameters) =>
    new Promise((resolve, reject) => {
      const id = ++last
      waiting.set(id, ([error, result]) => (error ? reject(new Error(error.message)) : resolve(result)))
      const frame = JSON.stringify([0, id, command, parameters])
      socket.write(`${Buffer.byteLength(frame)}:${frame}`)
    })
}

async function launchWebKit(): Promise<Engine> {
  const display = `:${90 + (process.pid % 900)}`
  const screen = start(onPath('Xvfb')!, [display, '-screen', '0', '1280x900x24', '-nolisten', 'tcp'])
  const port = await freePort()
  const driver = start(onPath('WebKitWebDriver')!, [`--port=${port}`], {
    DISPLAY: display,
    LIBGL_ALWAYS_SOFTWARE: '1',
    WEBKIT_DISABLE_COMPOSITING_MODE: '1',
  })
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const { value } = (await answer.json()) as { value: { error?: string; message?: string } | null }
    if (!answer.ok) throw new Error(`${path}: ${value?.error} ${value?.message}`)
    return value
  }
  await until('WebKitWebDriver to answer', () => ask('GET', '/status').then(Boolean, () => false))
  const options = { binary: miniBrowsers.find(existsSync), args: ['--automation'] }
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } }
  const session = (await ask('POST', '/session', { capabilities })) as {
    sessionId: string
    capabilities: { browserVersion: string }
  }
  const base = `/session/${session.sessionId}`
  await ask('POST', `${base}/timeouts`, { script: 30_000, pageLoad: 30_000 })
  const paths: Record<Command, string> = {
    Navigate: '/url',
    ExecuteAsyncScript: '/execute/async',
    PerformActions: '/actions',
    Back: '/back',
    GetWindowHandles: '/window/handles',
    SwitchToWindow: '/window',
    CloseWindow: '/window',
  }
  const methods: Partial<Record<Command, string>> = { GetWindowHandles: 'GET', CloseWindow: 'DELETE' }
  const send: Send = (command, parameters = {}) => {
    const method = methods[command] ?? 'POST'
    return ask(method, base + paths[command], method === 'POST' ? parameters : undefined)
  }
  return engineOver(send, session.capabilities.browserVersion, async () => {
    await ask('DELETE', base).catch(() => undefined)
    await stop(driver)
    await stop(screen)
  })
}

function start(program: string, given: string[], more: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(program, given, { stdio: 'ignore', env: { ...process.env, ...more } })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const giveUp = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await gone
  clearTimeout(giveUp)
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + startTimeoutMs
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function onPath(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
