import type { ReactNode } from 'react';
import { PageLinks } from '../shell/PageLinks';
import { SectionPage } from '../shell/SectionPage';
import { words } from '../words';

const pages = () =>
  [
    { to: '/admin', label: words.usage.general },
    { to: '/admin/models', label: words.models.title },
    { to: '/admin/desktops', label: words.desktops.title },
    { to: '/admin/runs', label: words.runs.title },
    { to: '/admin/usage', label: words.usage.title },
    { to: '/admin/internet', label: words.internet.title },
    { to: '/admin/retention', label: words.retention.title },
  ] as const;

/** A page of the administration, with links to the others. */
export function AdminFrame({ children }: { children: ReactNode }) {
  return (
    <SectionPage title={words.admin.title}>
      <PageLinks label={words.usage.pages} pages={pages()} />
      {children}
    </SectionPage>
  );
}
