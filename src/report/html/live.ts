// What a page does where `rehearsal view` serves it: it listens for newer results, and shows them or says that they are there.

export interface Live {
  /** Of the results that the page shows; the server tells the present one. */
  readonly version: string
  /** Loads itself anew, unless somebody is at work in it; else it asks. */
  readonly reloads: boolean
  /** Where the page over all results is, if there is one besides this. */
  readonly front?: string
}

/** What the server tells, in place of a version, of a result that is not there any more. */
export const GONE = 'gone'

/** It listens only while it is seen: a browser has few connections to one server. */
export const LIVE_SCRIPT = `
{
  const { version, refresh } = document.documentElement.dataset;
  const banner = document.createElement('p');
  banner.className = 'newer';
  banner.setAttribute('role', 'status');
  document.body.prepend(banner);
  const say = (...text) => banner.replaceChildren(...text);
  const newer = () => {
    if (refresh === 'itself' && document.activeElement === document.body) return location.reload();
    if (banner.querySelector('button')) return;
    const button = document.createElement('button');
    button.textContent = 'Show it';
    button.addEventListener('click', () => location.reload());
    say('A newer result is there. ', button);
  };
  let source = null;
  const listen = () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (!source) {
      source = new EventSource('?events');
      source.onmessage = ({ data }) => {
        if (data === version) say();
        else if (data === '${GONE}') say('This result is not there any more; this is what it was.');
        else newer();
      };
      // The browser goes on trying; once it succeeds, the version is told.
      source.onerror = () => say('Nothing is heard from the server: this is what it showed last.');
    }
  };
  document.addEventListener('visibilitychange', listen);
  listen();
}
`

export const LIVE_STYLE = `
.newer{position:sticky;top:0;z-index:1;margin:0}
.newer:not(:empty){padding:10px 24px;background:var(--doubt-back);color:var(--ink);border-bottom:1px solid var(--line)}
.newer button{font:inherit;color:var(--link);background:none;border:0;padding:2px 6px;text-decoration:underline;cursor:pointer}
.back{max-width:1160px;margin:0 auto;padding:14px 24px 0}
@media screen and (max-width:820px){.back{padding:12px 16px 0}}
@media print{.newer,.back{display:none}}
`
