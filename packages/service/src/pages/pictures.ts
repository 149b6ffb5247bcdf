/**
 * Drawings of the kinds of places that projects work in, in the ink of whatever they stand in. Ours and inline, so a picture
 * costs no request, moves nothing, and no third party learns of it. Decoration: what is drawn stands beside it in words.
 */
import { type Html, html } from '../kernel/html.ts'

export const pictureNames = ['woodland', 'bog', 'stove', 'river', 'coast'] as const
export type PictureName = (typeof pictureNames)[number]

/** Path of a drawing as a file, which is what a project keeps as its image. */
export function picturePath(name: PictureName): string {
  return `/v1/pictures/${name}.svg`
}

/** Which drawing an image is; undefined for an image of somebody else's, which is never loaded here. */
export function pictureNamed(image: string): PictureName | undefined {
  return pictureNames.find((name) => image === picturePath(name))
}

export function renderPicture(name: PictureName): Html {
  return html`<svg class="picture" viewBox="0 0 28 28" width="56" height="56" fill="currentColor" aria-hidden="true" focusable="false">${drawings[name]}</svg>`
}

/** As a file of its own: ink on nothing, for whoever shows it elsewhere. */
export function pictureFile(name: PictureName): string {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28" width="280" height="280" fill="#3d4148">${drawings[name]}</svg>`
    .text
}

/** Far is pale, near is dark. One shape for each tone, because every shape is an element to style. */
const drawings: Readonly<Record<PictureName, Html>> = {
  woodland: html`<path fill-opacity=".12" d="M0 17.500q5-5 10-2.500t9-2 9 2.500V28H0z"></path><path fill-opacity=".5" d="M9 7l3 5H6zM9 10l3.8 6H5.200zM9 13.500l4.5 6.500h-9z"></path><path fill-opacity=".32" d="M19 12l2.3 4h-4.600zM19 14.500l3.2 5.500h-6.400z"></path><path fill-opacity=".22" d="M0 21q8-2.5 15-1t13-.5V28H0zM18 8a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0z"></path>`,
  bog: html`<path fill-opacity=".12" d="M0 13q9-1.5 16-.5t12-.5v16H0z"></path><path fill-opacity=".3" d="M1 18.500q6-2.5 12 0-6 2.5-12 0zM14 23q6-2.5 12.5 0-6 2.5-12.5 0z"></path><path fill-opacity=".5" d="M18.7 4.500h1.600V9h-1.600zM19.2 9h.6v9h-.6zM22.5 8h1.400v4h-1.400zM22.9 12h.6v6.500h-.6zM15.6 9.500H17v3.800h-1.400zM16 13.300h.6v5H16z"></path>`,
  stove: html`<path fill-opacity=".32" d="M8 11.500h12l-1 3.500H9zM6.5 11h15v1.200h-15z"></path><path fill-opacity=".5" fill-rule="evenodd" d="M7.5 15.500h13L22 25H6zM11.5 19h5v4h-5z"></path><path fill-opacity=".2" d="M11 4q2 1.5 0 3t0 3h1q-2-1.5 0-3t0-3zM16 4q2 1.5 0 3t0 3h1q-2-1.5 0-3t0-3zM2 25h24v1.200H2z"></path>`,
  river: html`<path fill-opacity=".12" d="M0 12q6-4.5 12-2t16-2.500V28H0z"></path><path fill-opacity=".32" d="M16 10.500q2.5 2.5-1.5 5T9 21.500q-.5 3.5 1 6.500h11q-3.5-4 0-8t-5-9.500z"></path><path fill-opacity=".5" d="M2.5 16.5a2 2 0 1 0 4 0 2 2 0 1 0-4 0zM6 15a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0zM21 15.5a2 2 0 1 0 4 0 2 2 0 1 0-4 0zM22 22a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0zM1.5 24a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0z"></path>`,
  coast: html`<path fill-opacity=".12" d="M0 12q3.5-1.5 7 0t7 0 7 0 7 0v16H0z"></path><path fill-opacity=".5" d="M8 24q-2.5-5 0-10 .8 5 1 10zM11 24q1-4.5 3.5-8-1 4.5-2 8zM5 24q0-4-2-6.5 3 2 3.2 6.500zM19 24q-2-4 .5-8.5.3 4.5.8 8.500zM21.5 24q.8-3.5 3-6-1 3-1.6 6z"></path><path fill-opacity=".22" d="M0 24q7-1.5 14 0t14 0v4H0zM18 7a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0z"></path>`,
}
