/** A request that the sandbox provider refuses: an HTTP status and a code, as its JSON API answers them. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: 400 | 401 | 404 | 409 | 422
  readonly code: string

  constructor(status: ApiError['status'], code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export function notFound(): ApiError {
  return new ApiError(404, 'not_found', 'No such thing')
}
