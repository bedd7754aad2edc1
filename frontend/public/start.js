// Runs before the page's own code.
(() => {
  // Before the first paint. src/shell/theme.ts owns the setting; this only applies it early.
  try {
    const theme = localStorage.getItem('deskhand.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be blocked; the system's theme applies.
  }

  // Without one of its files the page stays blank, so it is loaded again: after these times, in milliseconds.
  const PAUSES = [500, 2000, 5000];
  const RELOADS = 'deskhand.reloads';

  /** When the page was loaded again, in the last minute. */
  function reloads() {
    return JSON.parse(sessionStorage.getItem(RELOADS) ?? '[]').filter((time) => time > Date.now() - 60_000);
  }

  function reload() {
    const last = reloads();
    if (last.length === PAUSES.length) return false;
    sessionStorage.setItem(RELOADS, JSON.stringify([...last, Date.now()]));
    setTimeout(() => location.reload(), PAUSES[last.length]);
    return true;
  }

  function explain() {
    const text = document.createElement('p');
    text.textContent = 'Deskhand could not be loaded. Check your connection, then try again.';
    const button = document.createElement('button');
    button.textContent = 'Try again';
    button.addEventListener('click', () => location.reload());
    const notice = document.createElement('main');
    notice.className = 'not-loaded';
    notice.role = 'alert';
    notice.append(text, button);
    document.body.prepend(notice);
  }

  function onError({ target }) {
    const isPart = target instanceof HTMLScriptElement || (target instanceof HTMLLinkElement && target.rel === 'stylesheet');
    if (!isPart || document.getElementById('root')?.hasChildNodes()) return;
    removeEventListener('error', onError, true);
    try {
      if (reload()) return;
    } catch {
      // Storage is blocked. Without it there would be no end of reloading.
    }
    if (document.body) explain();
    else addEventListener('DOMContentLoaded', explain);
  }
  // Such an error does not bubble.
  addEventListener('error', onError, true);
})();
