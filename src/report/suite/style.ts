// What the suite's page has beyond the style of all pages: tools above tables, and tables that become lists on a phone.

export const SUITE_STYLE = `
main,header,footer{max-width:1320px}
[hidden]{display:none!important}
dl{grid-template-columns:fit-content(60%) minmax(0,1fr)}
.mark.open{color:var(--quiet);background:var(--sheet)}
.tiles a{color:inherit}
.tools{display:flex;flex-wrap:wrap;gap:10px 18px;align-items:center;margin:18px 0 8px;font-size:.92rem}
.tools label{display:flex;gap:8px;align-items:center;color:var(--quiet)}
.tools select,.tools input,.tools button{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--quiet);border-radius:8px;padding:5px 10px;max-width:100%}
.tools button{cursor:pointer}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
[data-status]{font-size:.88rem;margin:0 0 8px}
[data-go] a{font-variant-numeric:tabular-nums}
table.stacked td,table.stacked th{padding-left:11px;padding-right:11px}
table.stacked td,table.stacked tbody th{font-size:.88rem;overflow-wrap:break-word}
table.stacked td.figure div{white-space:normal;min-width:4rem}
table.stacked .quiet{font-size:.94em}
table.stacked tbody th{min-width:13rem;max-width:19rem}
table[data-state=claims] tbody th{min-width:0;white-space:nowrap}
table[data-state=claims] td:nth-child(4){min-width:15rem;max-width:26rem}
table[data-state=claims] td:nth-child(5){min-width:20rem;max-width:38rem}
.key{display:flex;gap:0 10px;justify-content:space-between;flex-wrap:wrap}
.key b{margin-left:auto;text-align:right;font-weight:600;font-variant-numeric:tabular-nums}
table[data-state=scenarios] td:nth-child(5){min-width:19rem}
table[data-state=scenarios] td:nth-child(6){max-width:12rem}
.spark{display:block;color:#0072b2}
.settled p{margin:0 0 4px}
.settled+.settled{margin-top:10px;padding-top:8px;border-top:1px dashed var(--line)}
@media screen and (prefers-color-scheme:dark){.spark{color:#4ba3e3}}
@media screen and (max-width:820px){
table.stacked,table.stacked tbody,table.stacked tr,table.stacked td,table.stacked tbody th{display:block;min-width:0!important;max-width:none!important;width:auto}
table.stacked thead{display:block}
table.stacked thead tr{display:flex;flex-wrap:wrap;padding:2px 0;background:var(--sheet)}
table.stacked thead th{border:0;padding:8px 12px}
table.stacked thead th:not([data-key]){display:none}
table.stacked tbody tr{padding:12px 14px;border-top:1px solid var(--line)}
table.stacked td,table.stacked tbody th{border:0;padding:3px 0;text-align:left}
table.stacked tbody th{font-size:.95rem}
table.stacked td.figure{white-space:normal}
table.stacked td.figure::before,table[data-state=claims] td:nth-child(n+3)::before,table[data-state=scenarios] td:nth-child(4)::before{content:attr(data-label) ": ";color:var(--quiet)}
table.stacked td.figure div,table.stacked td:nth-child(4)>div{display:inline;padding-right:6px}
table.stacked td.figure div::before{content:", "}
table[data-state=scenarios] td:nth-child(6):not(:has(svg)){display:none}
#claims table:not(.stacked){font-size:.8rem}
#claims table:not(.stacked) th,#claims table:not(.stacked) td{padding:6px 4px;white-space:normal}
#claims table:not(.stacked) thead th{font-size:.64rem;letter-spacing:-.01em}
#claims table:not(.stacked) tbody th .quiet{display:none}
dl{grid-template-columns:minmax(0,1fr)}
.tools label{flex:1 1 40%}
.tools select,.tools input{flex:1;min-width:0;padding:8px 10px}
}
@media print{
@page{size:landscape}
.tools{display:none!important}
table.stacked tbody th,table.stacked td{min-width:0!important;max-width:none!important}
table.stacked .key{gap:0 6px}
table.stacked td.figure{white-space:normal}
table[data-state=scenarios] td:nth-child(5){min-width:16rem!important}
table[data-state=scenarios] td:nth-child(6){overflow-wrap:anywhere}
.tiles a{text-decoration:none}
.spark{width:90px;height:auto}
.spark{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`
