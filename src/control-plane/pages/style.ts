/** The pages' style sheet; colours follow the reader's light or dark setting. */
export const style = `
:root {
  color-scheme: light dark;
  --text: #1c2430; --dim: #5a6675; --line: #dde2e9; --page: #f6f7f9; --card: #ffffff; --link: #0b5cad;
  --good: #17703a; --bad: #b3261e; --busy: #0b5cad; --off: #5a6675;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e4e8ee; --dim: #9aa6b5; --line: #323a46; --page: #14181e; --card: #1c222a; --link: #7db8f5;
    --good: #63c98a; --bad: #ff8f86; --busy: #7db8f5; --off: #9aa6b5;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.5rem; }
footer { padding-bottom: 2rem; color: var(--dim); }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
h3 { font-size: .95rem; margin: 1rem 0 .3rem; overflow-wrap: anywhere; }
p { margin: .4rem 0; }
a { color: var(--link); }
a:focus-visible, pre:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.dim { color: var(--dim); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.scroll { overflow-x: auto; }
.empty { padding: 1rem 1.1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .55rem .8rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody tr:last-child > *, tr.explained > * { border-bottom: 0; }
tr.reason td { padding-top: 0; color: var(--bad); overflow-wrap: anywhere; }
tr.reason div { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
thead th { color: var(--dim); font-weight: 500; white-space: nowrap; }
tbody th { font-weight: 600; overflow-wrap: anywhere; min-width: 13rem; }
td.wide { min-width: 14rem; overflow-wrap: anywhere; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.nowrap { white-space: nowrap; }
.status { white-space: nowrap; font-weight: 600; }
.Completed { color: var(--good); } .Failed, .bad { color: var(--bad); }
.InProgress, .Stopping { color: var(--busy); } .Stopped { color: var(--off); }
progress { width: 8rem; height: .7rem; accent-color: var(--busy); vertical-align: middle; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; margin: 0; padding: 1rem 1.1rem; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
pre { margin: 0; padding: .8rem 1.1rem; overflow: auto; max-height: 26rem; font: 13px/1.45 ui-monospace, monospace; }
code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
`;
