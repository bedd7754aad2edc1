import { Section } from '../shell/SectionPage';
import { words } from '../words';
import { AdminFrame } from './AdminFrame';
import { InternetPolicyForm } from './InternetPolicyForm';
import { InternetRequests } from './InternetRequests';

/** What desktops may reach, and what they asked for. For superusers. */
export function InternetPage() {
  return (
    <AdminFrame>
      <Section title={words.internet.policyTitle} body={words.internet.policyBody}>
        <InternetPolicyForm />
      </Section>
      <Section title={words.internet.logTitle} body={words.internet.logBody}>
        <InternetRequests />
      </Section>
    </AdminFrame>
  );
}
