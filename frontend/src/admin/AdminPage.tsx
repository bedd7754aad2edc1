import { Section } from '../shell/SectionPage';
import { words } from '../words';
import { AdminFrame } from './AdminFrame';
import { AuditLog } from './AuditLog';
import { FileRulesForm } from './FileRulesForm';
import { Invitations } from './Invitations';
import { LoginProviders } from './LoginProviders';
import { People } from './People';
import { RegistrationForm } from './RegistrationForm';
import { SiteLimits } from './SiteLimits';

/** Administers the installation. For superusers. */
export function AdminPage() {
  return (
    <AdminFrame>
      <Section title={words.admin.peopleTitle} body={words.admin.peopleBody}>
        <People />
      </Section>
      <Section title={words.admin.registrationTitle} body={words.admin.registrationBody}>
        <RegistrationForm />
      </Section>
      <Section title={words.admin.invitationsTitle} body={words.admin.invitationsBody}>
        <Invitations />
      </Section>
      <Section title={words.providers.adminTitle} body={words.providers.adminBody}>
        <LoginProviders />
      </Section>
      <Section title={words.admin.limitsTitle} body={words.admin.limitsBody}>
        <SiteLimits of="limits" />
      </Section>
      <Section title={words.admin.totalLimitsTitle} body={words.admin.totalLimitsBody}>
        <SiteLimits of="total_limits" />
      </Section>
      <Section title={words.admin.fileRulesTitle} body={words.admin.fileRulesBody}>
        <FileRulesForm />
      </Section>
      <Section title={words.audit.title} body={words.audit.body}>
        <AuditLog />
      </Section>
    </AdminFrame>
  );
}
