/**
 * For: the projects that contributions can go to.
 * Not for: choosing among them for a consumer; the session does.
 */
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { Project, ProjectQuery } from './types-offers.ts'

export class Projects {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * All available projects, or those of one partner or type, or the one with `projectId`.
   *
   * @throws EkkoApiError NOT_FOUND
   * @example const names = (await ekko.projects.list()).map((project) => project.name)
   */
  async list(query: ProjectQuery = {}, options: CallOptions = {}): Promise<Project[]> {
    return this.#transport.get('/v3/impact-partners/projects', options, query)
  }

  /** @throws EkkoApiError NOT_FOUND */
  async retrieve(projectId: string, options: CallOptions = {}): Promise<Project> {
    return this.#transport.get(`/v3/impact-partners/projects/${idInPath(projectId)}`, options)
  }
}
