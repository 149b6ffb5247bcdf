/** The loader for pages without modules: a script that sets the global `Ekko`, unless the SDK or a loader is there already. */
import { Ekko } from './loader.ts'

const page = globalThis as { Ekko?: typeof Ekko }
page.Ekko ??= Ekko
