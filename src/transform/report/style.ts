/** The report's whole style: light and dark, wide and narrow, screen and paper. */
export const style = `
:root { color-scheme: light dark; --text: #1c2430; --soft: #5b6675; --line: #dfe4ea; --page: #fff; --card: #f6f8fa;
  --good: #1a7f4b; --bad: #c0362c; --warn: #9a6700; --link: #2a65a8; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e8ee; --soft: #9aa5b4; --line: #333c48; --page: #14181e; --card: #1c222a;
  --good: #4cc38a; --bad: #ff7b72; --warn: #e3b341; --link: #7ab4f5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 3rem; max-width: 60rem; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .6rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: .95rem; margin: .8rem 0 .4rem; font-weight: 600; }
p { margin: .4rem 0; }
header p, .soft, figcaption, caption, footer { color: var(--soft); }
.badge { display: inline-block; padding: .1rem .6rem; border: 1.5px solid; border-radius: 1rem; font-size: .85rem; font-weight: 600;
  vertical-align: middle; margin-left: .5rem; white-space: nowrap; }
.Completed, .Resumed { color: var(--good); } .Failed { color: var(--bad); } .Stopped { color: var(--warn); }
div.Failed { white-space: pre-line; overflow-wrap: anywhere; }
.reason { border-left: 4px solid var(--bad); background: var(--card); padding: .6rem .9rem; margin: 1rem 0; overflow-wrap: anywhere; }
dl.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem; margin: 1.4rem 0 0; }
dl.tiles div { background: var(--card); border-radius: .5rem; padding: .65rem .85rem; }
dl.tiles dt { color: var(--soft); font-size: .8rem; } dl.tiles dd { margin: 0; font-size: 1.25rem; font-weight: 600; }
dl.tiles dd small { display: block; font-size: .78rem; font-weight: 400; color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--soft); white-space: nowrap; } tr:last-child > * { border-bottom: 0; }
td.n, th.n { text-align: right; white-space: nowrap; } td.key { overflow-wrap: anywhere; min-width: 11rem; }
code { font: .86em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
td code { white-space: nowrap; } td.key code { white-space: normal; }
pre { background: var(--card); padding: .7rem .9rem; border-radius: .5rem; overflow-x: auto; font-size: .82rem; margin: .4rem 0; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1.5rem; }
.pair > * { min-width: 0; }
figure { margin: .5rem 0; } figure svg { max-width: 100%; height: auto; display: block; }
@media screen { figure.wide svg { min-width: 34rem; } }
figcaption { font-size: .85rem; }
details { margin: .4rem 0; font-size: .88rem; } summary { cursor: pointer; color: var(--link); }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .8rem; font-size: .82rem; }
@media print { body { max-width: none; padding: 0; font-size: 11px; } h2 { break-after: avoid; }
  figure, tr, dl.tiles div { break-inside: avoid; } .scroll { overflow: visible; } details:not([open]) { display: none; } }
`;
