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

  // The texts of src/words are not loaded yet.
  const TEXTS = {
    en: ['Deskhand could not be loaded. Check your connection, then try again.', 'Try again'],
    de: ['Deskhand konnte nicht geladen werden. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.', 'Noch einmal versuchen'],
    pt: ['Não foi possível carregar o Deskhand. Verifique sua conexão e tente novamente.', 'Tentar novamente'],
  };

  /** The language of the page; src/words/choice.ts owns the choice. */
  function language() {
    let chosen = [];
    try {
      chosen = [localStorage.getItem('deskhand.language-setting'), localStorage.getItem('deskhand.language')];
    } catch {
      // Storage may be blocked.
    }
    const tags = [...chosen, ...navigator.languages].map((tag) => tag?.split('-')[0].toLowerCase());
    return tags.find((tag) => Object.hasOwn(TEXTS, tag)) ?? 'en';
  }

  function explain() {
    document.documentElement.lang = language();
    const text = document.createElement('p');
    const [problem, retry] = TEXTS[language()];
    text.textContent = problem;
    const button = document.createElement('button');
    button.textContent = retry;
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
  // The texts of the language could not be loaded, after several attempts.
  addEventListener('deskhand:not-loaded', explain);
})();
