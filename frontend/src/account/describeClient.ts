import { words } from '../words';

const BROWSERS: [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\b(OPR|Opera)\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/Chrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

const SYSTEMS: [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(iPhone|iPad)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
];

const first = (names: [RegExp, string][], text: string) => names.find(([pattern]) => pattern.test(text))?.[1];

/** What a person calls the program with this `User-Agent`. */
export function describeClient(userAgent: string): string {
  const browser = userAgent.startsWith('Mozilla/') ? first(BROWSERS, userAgent) : undefined;
  const system = first(SYSTEMS, userAgent);
  if (browser) return system ? words.account.on(browser, system) : browser;
  // Programs name themselves first, such as `curl/8.5.0`.
  return userAgent.split(/[/ (]/)[0] || words.account.unknownClient;
}
