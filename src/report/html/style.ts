// The page's style: one column of text, two of charts, one of either on a phone; light and dark; fit for print.

import { darkRules, FONT } from '../charts/theme.ts'

const LIGHT =
  '--paper:#fff;--sheet:#f6f8fa;--ink:#1b1f24;--quiet:#59636e;--line:#d8dde3;--good:#116329;--good-back:#dff5e3;--bad:#a3161f;--bad-back:#ffe5e3;--doubt:#7a4d00;--doubt-back:#fff1cf;--link:#0a5aa8'
const DARK =
  '--paper:#14171b;--sheet:#1c2127;--ink:#e6e9ed;--quiet:#9da7b3;--line:#333a42;--good:#7ee2a0;--good-back:#12351f;--bad:#ff9c95;--bad-back:#47191a;--doubt:#f4c35f;--doubt-back:#3d2e0a;--link:#7ab8ff'

export const STYLE = `
:root{${LIGHT};color-scheme:light dark}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}${darkRules('figure svg ')}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 ${FONT};overflow-wrap:anywhere}
main,header,footer{max-width:1160px;margin:0 auto;padding:0 24px}
header{padding-top:44px}
h1{font-size:1.9rem;line-height:1.22;letter-spacing:-.012em;margin:0 0 6px}
h2{font-size:1.25rem;line-height:1.3;margin:52px 0 14px;padding-top:14px;border-top:1px solid var(--line)}
h3{font-size:1rem;line-height:1.4;margin:0 0 6px}
p{margin:0 0 12px}
a{color:var(--link)}
code{font:.88em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.quiet{color:var(--quiet)}
.lead{max-width:46rem}
nav{margin:18px 0 0;font-size:.92rem}
nav a{margin-right:16px;white-space:nowrap;text-decoration:none}
nav a:hover{text-decoration:underline}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:12px;margin:22px 0;padding:0;list-style:none}
.tiles li{background:var(--sheet);border-radius:10px;padding:14px 16px}
.tiles b{display:block;font-size:1.5rem;line-height:1.25;font-variant-numeric:tabular-nums;letter-spacing:-.01em}
.tiles small{color:var(--quiet);font-size:.86rem}
.tiles .interval{font-size:.92rem;font-weight:400;color:var(--quiet);white-space:nowrap}
.tiles .good{background:var(--good-back)}.tiles .bad{background:var(--bad-back)}.tiles .doubt{background:var(--doubt-back)}
.tiles .good b{color:var(--good)}.tiles .bad b{color:var(--bad)}.tiles .doubt b{color:var(--doubt)}
.tiles .good small,.tiles .bad small,.tiles .doubt small{color:var(--ink)}
.mark{display:inline-block;border-radius:999px;padding:1px 10px;font-size:.82rem;font-weight:600;white-space:nowrap}
.mark.good{color:var(--good);background:var(--good-back)}
.mark.bad{color:var(--bad);background:var(--bad-back)}
.mark.doubt{color:var(--doubt);background:var(--doubt-back)}
.scroll{overflow-x:auto;margin:0 0 14px;border:1px solid var(--line);border-radius:10px}
.scroll:focus-visible{outline:2px solid var(--link)}
table{border-collapse:collapse;width:100%;font-size:.9rem;overflow-wrap:normal}
th,td{padding:7px 14px;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
tbody tr:last-child>*{border-bottom:0}
thead th{color:var(--quiet);font-weight:600;white-space:nowrap;background:var(--sheet)}
tbody th{font-weight:400}
td.figure,th.figure{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.wide{min-width:15rem;max-width:34rem;overflow-wrap:break-word}
td.name,tbody th{max-width:22rem;overflow-wrap:break-word}
td .interval{color:var(--quiet)}
th [role=button]{cursor:pointer}
th [role=button]::after{content:"\\2195";content:"\\2195" / "";opacity:.45;padding-left:5px}
th[aria-sort=ascending] [role=button]::after{content:"\\2191";content:"\\2191" / "";opacity:1}
th[aria-sort=descending] [role=button]::after{content:"\\2193";content:"\\2193" / "";opacity:1}
table.events{font-size:.86rem;margin:6px 0}
table.events td{padding:1px 12px 1px 0;border:0}
table.events td:first-child{white-space:nowrap;font-variant-numeric:tabular-nums;color:var(--quiet)}
pre.replay{margin:6px 0 0;padding:8px 12px}
.figures{columns:2;column-gap:40px}
figure{margin:0 0 36px;break-inside:avoid}
figure svg{display:block;max-width:100%;height:auto;font-family:${FONT}}
figcaption{color:var(--quiet);font-size:.88rem;line-height:1.5;margin-top:6px}
.findings{padding:0;margin:0;list-style:none;max-width:56rem}
.findings li{padding:0 0 0 16px;margin:0 0 18px;border-left:3px solid var(--link)}
.findings p{margin:0}
.findings .quiet{font-size:.86rem}
.claims{display:grid;gap:14px;padding:0;margin:0;list-style:none}
.claims li{border:1px solid var(--line);border-radius:10px;padding:14px 18px}
.claims h3{display:flex;gap:10px;align-items:baseline;flex-wrap:wrap}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:4px 18px;margin:8px 0 0;font-size:.92rem}
dt{color:var(--quiet)}
dd{margin:0}
.share{display:inline-block;height:.6em;border-radius:2px;background:#0072b2;vertical-align:baseline}
details{margin:0 0 12px}
summary{cursor:pointer;color:var(--link)}
pre{background:var(--sheet);border-radius:10px;padding:14px 16px;overflow:auto;max-height:32rem;font:.82rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap}
figure details{margin:4px 0 0;font-size:.88rem}
figure .scroll{max-height:22rem;overflow:auto;margin-top:8px}
figure details table{font-size:.82rem}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
footer{margin-top:60px;padding-top:18px;padding-bottom:48px;color:var(--quiet);font-size:.88rem}
footer h2{font-size:1rem;margin:0 0 4px;color:var(--quiet)}
@media screen and (max-width:820px){
main,header,footer{padding-left:16px;padding-right:16px}
header{padding-top:26px}
h1{font-size:1.5rem}
.figures{columns:1}
dl{grid-template-columns:minmax(0,1fr);gap:0}
dd{margin:0 0 8px}
th,td{padding:6px 10px}
}
@media print{
body{font-size:10.5pt}
main,header,footer{max-width:none;padding:0}
nav,th [role=button]::after,details[data-table]{display:none}
figure{margin-bottom:22px}
h2,h3{break-after:avoid}
figure,.tiles li,.claims li,tr{break-inside:avoid}
.scroll{overflow:visible;border:0}
thead{display:table-header-group}
table{font-size:8.5pt}
th,td{padding:4px 5px}
td.figure,th.figure,thead th{white-space:normal}
thead th{overflow-wrap:anywhere}
td.wide{min-width:0}
.tiles li,.mark,thead th,.share,figure svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`
