// Unit tests see the interface in English, unless they show another language.

import { showLanguage } from '.';

await showLanguage('en');
