import type { ReactNode } from 'react';
import { PageLinks } from '../shell/PageLinks';
import { SectionPage } from '../shell/SectionPage';
import { words } from '../words';

const pages = () =>
  [
    { to: '/settings', label: words.models.general },
    { to: '/settings/models', label: words.models.title },
    { to: '/settings/limits', label: words.costs.title },
    { to: '/settings/usage', label: words.usage.title },
  ] as const;

/** A page of the settings, with links to the others. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  return (
    <SectionPage title={words.settings.title}>
      <PageLinks label={words.models.pages} pages={pages()} />
      {children}
    </SectionPage>
  );
}
