/** The style sheet of the report. Lines are told apart by lightness and by their names, not by hue alone. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#ffffff, #10161d);
  --text: light-dark(#17212b, #e8edf3);
  --muted: light-dark(#54626f, #a3b1bf);
  --hair: light-dark(#dde3ea, #2a3643);
  --border: light-dark(#8d99a6, #617284);
  --shade: light-dark(#c1272d1a, #ff7a7526);
  --fault: light-dark(#c1272d, #ff8a84);
  --good: light-dark(#146c43, #4fce90);
  --good-soft: light-dark(#e7f5ed, #12291f);
  --bad: light-dark(#b3232a, #ff8a84);
  --bad-soft: light-dark(#fceeee, #331b1d);
  --other: light-dark(#855000, #f3bb55);
  --other-soft: light-dark(#fdf4e1, #2e2511);
  --blue: light-dark(#0a62c4, #5db2ff);
  --amber: light-dark(#b75d00, #ffb454);
  --violet: light-dark(#8a3d8f, #df9ce3);
  --blue-1: light-dark(#4f93db, #3f83c6);
  --blue-2: light-dark(#1a62b0, #79b8f5);
  --blue-3: light-dark(#082f5e, #d3e8ff);
}
* { box-sizing: border-box; margin: 0; }
body {
  font: 400 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', sans-serif;
  color: var(--text);
  background: var(--ground);
  overflow-wrap: break-word;
}
main, footer { max-width: 68rem; margin-inline: auto; padding: 2.5rem 1.5rem 0; }
footer { padding-block: 3rem; color: var(--muted); font-size: .875rem; }
h1 { font-size: 2.25rem; line-height: 1.15; font-weight: 650; letter-spacing: -.02em; }
h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 650; letter-spacing: -.01em; margin-bottom: .75rem; }
section { margin-top: 3rem; }
code { font: .875em ui-monospace, 'SF Mono', 'Cascadia Mono', 'Liberation Mono', 'DejaVu Sans Mono', monospace; }
.kicker { font-size: .8125rem; color: var(--muted); margin-bottom: .25rem; }
.about { font-size: 1.0625rem; color: var(--muted); max-width: 44rem; margin-top: .5rem; }
.lead, .muted { color: var(--muted); }
.lead { font-size: .875rem; margin-bottom: 1rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.verdict { margin-top: 1.5rem; padding: .875rem 1.125rem; border-radius: .375rem; border-inline-start: .25rem solid var(--tone); background: var(--soft); }
.verdict strong { color: var(--tone); }
.verdict.passed { --tone: var(--good); --soft: var(--good-soft); }
.verdict.failed { --tone: var(--bad); --soft: var(--bad-soft); }
.verdict.stopped { --tone: var(--other); --soft: var(--other-soft); }

dl { display: grid; grid-template-columns: repeat(3, 1fr); gap: 1.25rem 2rem; margin-top: 1.75rem; }
dt { font-size: .8125rem; color: var(--muted); }
dd { font-weight: 600; overflow-wrap: anywhere; }
dd.muted { font-weight: 400; font-size: .875rem; }

.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--blue); outline-offset: 4px; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
caption { text-align: start; color: var(--muted); padding-bottom: .5rem; }
th, td { text-align: start; vertical-align: top; padding: .375rem 1.25rem .375rem 0; border-bottom: 1px solid var(--hair); }
th:last-child, td:last-child { padding-inline-end: 0; }
th { font-weight: 400; }
thead th { font-size: .8125rem; color: var(--muted); vertical-align: bottom; border-bottom-color: var(--border); }
.number { text-align: end; white-space: nowrap; }
.name { white-space: nowrap; }
thead .number { white-space: normal; }
.group th { font-weight: 650; padding-top: 1.125rem; }
.figures tbody th:first-child { white-space: nowrap; }
.figures td:last-child { font-weight: 600; }
.broken > th, .broken > .number { color: var(--bad); font-weight: 600; }
.mark { display: inline-block; width: 1.25em; font-weight: 700; }
.good { color: var(--good); }
.bad { color: var(--bad); }
p.held, p.broken { margin-bottom: 1rem; }

.strips, .chart { --left: 4.25rem; --right: 10.5rem; }
.strips { padding-inline: var(--left) var(--right); margin-bottom: 1.25rem; font-size: .75rem; line-height: 1.5rem; }
.strip { position: relative; height: 1.5rem; }
.stages > span { position: absolute; height: 1.5rem; padding-inline: .375rem; border-inline-start: 1px solid var(--border); border-bottom: 1px solid var(--border); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.stages > .narrow { padding: 0; }
.faults { height: calc(var(--lanes) * 1.375rem + .5rem); }
.bar { position: absolute; top: calc(var(--lane) * 1.375rem + .5rem); height: 1.125rem; min-width: 3px; background: var(--shade); border-inline-start: 2px solid var(--fault); }
.bar > span { position: absolute; inset-inline-start: 100%; padding-inline: .375rem; line-height: 1.125rem; white-space: nowrap; }
.bar.left > span { inset-inline: auto 100%; }
.bar i { font-style: normal; }

.chart { display: flow-root; margin-top: .75rem; break-inside: avoid; }
figcaption { font-size: .875rem; margin-bottom: .75rem; }
figcaption strong { font-weight: 600; }
.plot { position: relative; height: 10rem; margin-inline: var(--left) var(--right); margin-bottom: 1.75rem; }
.plot svg { display: block; width: 100%; height: 100%; overflow: visible; }
.y-axis span, .x-axis span, .ends span { position: absolute; font-size: .75rem; line-height: 1; white-space: nowrap; }
.y-axis span, .x-axis span { color: var(--muted); font-variant-numeric: tabular-nums; }
.y-axis span { inset-inline-end: calc(100% + .5rem); transform: translateY(50%); }
.x-axis span { top: calc(100% + .5rem); transform: translateX(-50%); }
.ends span { inset-inline-start: calc(100% + .5rem); transform: translateY(50%); }
.key::before { content: ''; display: inline-block; width: .75rem; height: .1875rem; margin-inline-end: .375rem; vertical-align: .2em; background: var(--line); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.legend { display: none; flex-wrap: wrap; gap: 0 1rem; font-size: .8125rem; }
svg path { fill: none; vector-effect: non-scaling-stroke; }
.grid { stroke: var(--hair); }
.border { stroke: var(--border); stroke-dasharray: 2 3; }
rect.fault { fill: var(--shade); }
.line { stroke: var(--line); stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; }
.chargers { --line: var(--blue); }
.cars { --line: var(--amber); }
.gateways { --line: var(--violet); }
.errors { --line: var(--bad); }
.plain { --line: var(--muted); }
.p50 { --line: var(--blue-1); }
.p95 { --line: var(--blue-2); }
.p99 { --line: var(--blue-3); }
.small-charts { display: grid; grid-template-columns: repeat(3, 1fr); gap: 0 2rem; }
.small-charts .chart { --left: 3.75rem; --right: .75rem; }
.small-charts .plot { height: 6.5rem; }
.small-charts .x-axis span:nth-child(even) { display: none; }
.small-charts figcaption .muted { display: block; }

@media (max-width: 48rem) {
  main, footer { padding-inline: 1rem; }
  main { padding-top: 1.5rem; }
  h1 { font-size: 1.75rem; }
  .strips, .chart, .small-charts .chart { --left: 4rem; --right: .75rem; }
  .ends, .bar i { display: none; }
  .legend { display: flex; }
  figcaption .muted { display: block; }
  .small-charts { grid-template-columns: 1fr; }
  dl { grid-template-columns: 1fr 1fr; gap: 1rem; }
  dl > :first-child { grid-column: 1 / -1; }
  th, td { padding-inline-end: .75rem; }
  .x-axis span:nth-child(even) { display: none; }
  .wide-only { display: none; }
}
@media print {
  :root { color-scheme: light; }
  main, footer { max-width: none; padding-inline: 0; }
  section { margin-top: 1.75rem; }
  .scroll { overflow: visible; }
  h2 { break-after: avoid; }
  tr { break-inside: avoid; }
  rect.fault, .bar, .verdict { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
