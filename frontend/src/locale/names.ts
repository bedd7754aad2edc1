import type { Choice, Group } from '../controls/Select';
import { words } from '../words';
import { inOrder } from '../words/format';
import { languageOf } from '../words/languages';

/** Tags of languages to choose from, as people's settings have them. */
const LANGUAGES = `af-ZA am-ET ar-AE ar-EG ar-MA ar-SA az-AZ be-BY bg-BG bn-BD bn-IN bs-BA ca-ES cs-CZ cy-GB da-DK de-AT de-CH
  de-DE de-LI de-LU el-GR en-AU en-CA en-GB en-IE en-IN en-NG en-NZ en-SG en-US en-ZA eo es-AR es-CL es-CO es-ES es-MX es-PE
  es-US et-EE eu-ES fa-IR fi-FI fil-PH fr-BE fr-CA fr-CH fr-FR fr-LU ga-IE gl-ES gu-IN he-IL hi-IN hr-HR hu-HU hy-AM id-ID
  is-IS it-CH it-IT ja-JP ka-GE kk-KZ km-KH kn-IN ko-KR lo-LA lt-LT lv-LV mk-MK ml-IN mn-MN mr-IN ms-MY mt-MT my-MM nb-NO
  ne-NP nl-BE nl-NL nn-NO pa-IN pl-PL pt-BR pt-PT ro-RO ru-RU si-LK sk-SK sl-SI sq-AL sr-RS sv-FI sv-SE sw-KE ta-IN te-IN
  th-TH tr-TR uk-UA ur-PK uz-UZ vi-VN zh-CN zh-HK zh-SG zh-TW`.split(/\s+/);

/** What this browser says of the person. */
export const browserTimeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
export const browserLanguage = () => navigator.language;

/** The time zones to choose from, with the chosen one, which this browser may not know. */
export function timeZones(chosen: string | null): Choice[] {
  const names = new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), ...(chosen ? [chosen] : [])]);
  return [...names].sort().map((name) => ({ value: name, label: name.replaceAll('_', ' ') }));
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The usual variants of the languages into which Deskhand is translated. */
const FIRST = ['en-US', 'de-DE', 'pt-BR'];

/** The languages to choose from, with the chosen one and those of this browser. First those that Deskhand itself is in. */
export function languages(chosen: string | null): Group[] {
  const tags = new Set([...LANGUAGES, ...navigator.languages, ...(chosen ? [chosen] : [])]);
  const choices = [...tags].map((tag) => ({ value: tag, label: capitalized(words.languageName(tag)) }));
  const rank = ({ value }: Choice) => (FIRST.includes(value) ? FIRST.indexOf(value) : FIRST.length);
  choices.sort((one, other) => rank(one) - rank(other) || inOrder(one.label, other.label));
  return [
    { label: words.settings.translated, choices: choices.filter(({ value }) => languageOf(value)) },
    { label: words.settings.desktopOnly, choices: choices.filter(({ value }) => !languageOf(value)) },
  ];
}
