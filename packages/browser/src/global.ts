/** The door for pages without modules: a script that sets the global `Ekko`. A second copy leaves the first in place. */
import { Ekko } from './ekko.ts'

const page = globalThis as { Ekko?: typeof Ekko }
page.Ekko ??= Ekko
