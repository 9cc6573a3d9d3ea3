/** The page's style: readable type, colours of the house, dark where the reader's system is. */
export const pageStyle = `
:root { color-scheme: light dark; --bg: #fff; --panel: #f6f8fa; --text: #1b1f24; --muted: #5b6470; --line: #e1e5ea; --accent: #0072b2; --warn: #9a4a00; --warnbg: #fff4e5; --good: #00694c; }
@media (prefers-color-scheme: dark) { :root { --bg: #14171b; --panel: #1b2026; --text: #e8ebef; --muted: #a0a9b5; --line: #2c323a; --accent: #56b4e9; --warn: #f0c75e; --warnbg: #2b2415; --good: #4fc79f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text); font: 16px/1.55 Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.5rem 5rem; }
h1 { font-size: 1.1rem; font-weight: 600; margin: 0; }
h2 { font-size: 1.2rem; font-weight: 650; margin: 3rem 0 .9rem; padding-top: 1.4rem; border-top: 1px solid var(--line); }
h3 { font-size: .95rem; font-weight: 600; margin: 1.4rem 0 .5rem; }
p { margin: .5rem 0; max-width: 46rem; overflow-wrap: anywhere; }
.muted, small, figcaption { color: var(--muted); }
.kicker { color: var(--muted); margin: 0 0 1.6rem; font-size: .92rem; }
.verdict { display: flex; flex-wrap: wrap; gap: 1rem; }
.card { flex: 1 1 17rem; background: var(--panel); border: 1px solid var(--line); border-radius: 14px; padding: 1.2rem 1.4rem 1.1rem; }
.card .name { color: var(--muted); font-size: .9rem; }
.card .value { font-size: 3rem; line-height: 1.15; font-weight: 680; letter-spacing: -.02em; }
.card.minor .value { font-size: 2.2rem; padding-top: .5rem; }
.card .range { font-size: .95rem; }
.card .how { color: var(--muted); font-size: .88rem; margin: .5rem 0 0; }
.note { border-left: 3px solid var(--warn); background: var(--warnbg); border-radius: 0 8px 8px 0; padding: .7rem 1rem; margin: 1.1rem 0 0; max-width: none; }
.note.first { margin: 0 0 1.4rem; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 29rem), 1fr)); gap: 1rem 2rem; align-items: start; }
figure { margin: 0; overflow-x: auto; }
figure img { max-width: 100%; height: auto; display: block; }
img.pixels { image-rendering: pixelated; }
table { border-collapse: collapse; font-size: .92rem; }
th, td { text-align: left; padding: .34rem .9rem .34rem 0; border-bottom: 1px solid var(--line); vertical-align: middle; }
th { font-weight: 600; color: var(--muted); font-size: .84rem; white-space: nowrap; }
td { max-width: 46rem; overflow-wrap: break-word; }
td.n, th.n { text-align: right; }
.scroll { overflow-x: auto; }
.items { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: .9rem; }
.item { border: 1px solid var(--line); border-radius: 12px; padding: .8rem .9rem; background: var(--panel); }
.item .what { display: flex; justify-content: space-between; gap: .6rem; font-weight: 600; }
.item .what .wrong { color: var(--warn); }
.item .what .right { color: var(--good); }
.item svg { display: block; width: 100%; height: 46px; margin: .5rem 0; color: var(--accent); }
.item audio { width: 100%; height: 34px; }
.item blockquote { margin: .5rem 0; font-size: .86rem; line-height: 1.45; max-height: 12rem; overflow: auto; }
.item .id { font-size: .82rem; color: var(--muted); overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.1rem; overflow-x: auto; font: .84rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.4rem; font-size: .92rem; margin: 0; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
a { color: var(--accent); }
@media print { main { max-width: none; padding: 0; } audio { display: none; } h2 { break-after: avoid; } figure, .item, tr { break-inside: avoid; } }
`;
