// Runs before the first paint. src/shell/theme.ts owns the setting; this only applies it early.
(function () {
  try {
    var theme = localStorage.getItem('deskhand.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be blocked; the system's theme applies.
  }
})();
