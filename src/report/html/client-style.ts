// The style of what a result page's script adds: the bar of filters, and the files of charts.

export const CLIENT_STYLE = `
.filters{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:8px 10px;align-items:center;margin:36px -12px 0;padding:10px 12px;background:var(--paper);border-bottom:1px solid var(--line);font-size:.9rem}
.filters+section>h2{margin-top:14px;border-top:0}
.filters .status{margin:0 0 0 auto;color:var(--quiet);font-variant-numeric:tabular-nums}
.filters input,.filters button,.filters summary{font:inherit;color:var(--ink);background:var(--sheet);border:1px solid var(--line);border-radius:8px;padding:4px 11px}
.filters input[type=search]{width:10rem;max-width:100%;background:var(--paper)}
.filters button{cursor:pointer}
.filters summary{max-width:16rem;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.filters summary b{font-weight:400;color:var(--quiet)}
.filters .some summary{border-color:var(--link)}
.filters .some summary b{color:var(--link);font-weight:600}
.choice{position:relative;margin:0}
.choice fieldset{position:absolute;left:0;top:calc(100% + 6px);z-index:3;min-width:13rem;max-width:min(24rem,calc(100vw - 32px));margin:0;padding:10px;background:var(--paper);border:1px solid var(--line);border-radius:10px;box-shadow:0 8px 28px #0003}
.choice p{display:flex;gap:8px;margin:0 0 8px}
.options{max-height:16rem;overflow:auto}
.options label{display:block;padding:3px 6px;border-radius:6px;overflow-wrap:anywhere;cursor:pointer}
.options label:hover{background:var(--sheet)}
.filters :focus-visible,.downloads :focus-visible{outline:2px solid var(--link);outline-offset:1px}
.narrowed{margin:22px 0 0;padding:10px 16px;border-radius:10px;background:var(--doubt-back)}
.narrowed button{font:inherit;color:var(--link);background:none;border:0;padding:0;text-decoration:underline;cursor:pointer}
.narrowed :focus-visible{outline:2px solid var(--link);outline-offset:2px}
.downloads{display:flex;gap:4px;margin:6px 0 0 -8px}
.downloads button{font:inherit;font-size:.82rem;color:var(--link);background:none;border:0;border-radius:6px;padding:2px 8px;cursor:pointer}
.downloads button:hover{background:var(--sheet)}
.filtered section{scroll-margin-top:5rem}
@media screen and (max-width:820px){
.filters{position:static;margin:28px 0 0;padding:10px 0}
.filters+section>h2{margin-top:14px;border-top:0}
.filters .status{margin:0;width:100%}
.filters input[type=search]{width:9rem}
}
@media print{.filters,.downloads,.narrowed button{display:none}}
`
