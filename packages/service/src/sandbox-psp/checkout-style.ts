/** The provider's style sheet, served as a file of its own so that the pages need no inline style. */
export const checkoutStyle = `:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --sheet: #ffffff; --ink: #1b2530; --soft: #4d5b69; --line: #737f8c; --hair: #d8dde3;
  --accent: #1f4e79; --accent-ink: #ffffff; --accent-over: #173c5e; --bad: #a61b1b; --mode: #fff3cd; --mode-ink: #4a3800;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12171d; --sheet: #1b222a; --ink: #e9eef3; --soft: #aab6c2; --line: #8592a0; --hair: #343e49;
    --accent: #8ec1ee; --accent-ink: #0c1a28; --accent-over: #b3d6f5; --bad: #ffa3a3; --mode: #3a2f0b; --mode-ink: #ffe9a8;
  }
}
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
.top { background: var(--mode); color: var(--mode-ink); padding: .5rem 1rem; display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: center; }
.top p { margin: 0; }
.maker { font-weight: 700; }
main { max-width: 56rem; margin: 1.5rem auto; padding: 1.25rem; background: var(--sheet); border: 1px solid var(--hair); border-radius: .75rem; }
h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 0 0 .75rem; font-size: 1.125rem; }
.purchase { margin: 0 0 1.5rem; border-top: 1px solid var(--hair); }
.purchase div { display: flex; gap: 1rem; padding: .5rem 0; border-bottom: 1px solid var(--hair); }
.purchase dt { flex: 0 0 6.5rem; color: var(--soft); }
.purchase dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.columns { display: grid; gap: 2rem; }
@media (min-width: 48rem) { .columns { grid-template-columns: 1fr 1fr; } }
.field { margin-bottom: 1rem; }
.pair { display: grid; gap: 0 1rem; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); align-items: end; }
label { display: block; font-weight: 600; }
.hint { margin: 0; color: var(--soft); font-size: .9375rem; }
.error { margin: 0; color: var(--bad); font-weight: 600; }
input { width: 100%; min-height: 2.75rem; margin-top: .25rem; padding: .5rem .75rem; font: inherit; font-variant-numeric: tabular-nums; color: var(--ink); background: var(--sheet); border: 1px solid var(--line); border-radius: .375rem; }
input[aria-invalid] { border: 2px solid var(--bad); }
button, .home { min-height: 2.75rem; padding: .5rem 1rem; font: inherit; border-radius: .375rem; cursor: pointer; }
.pay, .home { display: inline-block; font-weight: 700; color: var(--accent-ink); background: var(--accent); border: 1px solid var(--accent); text-decoration: none; }
.card .pay { width: 100%; }
.pay:hover, .home:hover { background: var(--accent-over); border-color: var(--accent-over); }
.other { font-weight: 700; color: var(--accent); background: transparent; border: 1px solid var(--accent); }
.quiet { padding-inline: 0; color: var(--accent); background: transparent; border: 0; text-decoration: underline; overflow-wrap: anywhere; text-align: start; }
.question { display: flex; flex-wrap: wrap; gap: 1rem; }
.question button { flex: 1 1 9rem; }
.cancel { margin-top: .75rem; }
.cards ul { margin: .75rem 0 0; padding: 0; list-style: none; display: grid; gap: .5rem; }
.cards button { width: 100%; text-align: start; color: var(--ink); background: var(--ground); border: 1px solid var(--line); }
.cards button:hover { border-color: var(--accent); }
.digits { display: block; font-variant-numeric: tabular-nums; font-weight: 600; }
.effect { display: block; color: var(--soft); font-size: .9375rem; }
.problem { margin-bottom: 1.5rem; padding: 1rem; border: 3px solid var(--bad); border-radius: .375rem; }
.problem h2 { margin-bottom: .25rem; }
.problem p, .problem ul { margin: 0; }
.problem ul { padding-inline-start: 1.25rem; }
.problem a { color: var(--bad); font-weight: 600; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .5rem; text-align: start; border-bottom: 1px solid var(--hair); overflow-wrap: anywhere; }
.amount { white-space: nowrap; font-variant-numeric: tabular-nums; }
a { color: var(--accent); }
a.home { color: var(--accent-ink); }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; }
.action { margin: .5rem 0; display: inline-block; }
.action label { font-weight: 400; }
.action input { width: auto; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`
