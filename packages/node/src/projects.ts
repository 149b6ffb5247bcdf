/**
 * For: the projects that contributions can go to.
 * Not for: choosing among them for a consumer; the session does.
 */
import type { CallOptions, Transport } from './transport.ts'
import type { Project } from './types.ts'

export class Projects {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * All available projects, or the one with `projectId`.
   *
   * @throws EkkoApiError NOT_FOUND
   * @example const names = (await ekko.projects.list()).map((project) => project.name)
   */
  async list(query: { projectId?: string } = {}, options: CallOptions = {}): Promise<Project[]> {
    return this.#transport.json({
      ...options,
      method: 'GET',
      path: '/v3/impact-partners/projects',
      query: { projectId: query.projectId },
    })
  }
}
