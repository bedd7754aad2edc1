import { SectionPage, Section } from '../shell/SectionPage';
import { words } from '../words';
import { PasswordForm } from './PasswordForm';
import { ProfileForm } from './ProfileForm';
import { SessionList } from './SessionList';
import { TokenList } from './TokenList';
import { TwoStepLogin } from './TwoStepLogin';

/** The person's account: profile, password, where they are logged in, and tokens of programs. */
export function AccountPage() {
  return (
    <SectionPage title={words.account.title}>
      <Section title={words.account.profileTitle} body={words.account.profileBody}>
        <ProfileForm />
      </Section>
      <Section title={words.account.passwordTitle} body={words.account.passwordBody}>
        <PasswordForm />
      </Section>
      <Section title={words.twoStep.title} body={words.twoStep.body}>
        <TwoStepLogin />
      </Section>
      <Section title={words.account.sessionsTitle} body={words.account.sessionsBody}>
        <SessionList />
      </Section>
      <Section title={words.account.tokensTitle} body={words.account.tokensBody}>
        <TokenList />
      </Section>
    </SectionPage>
  );
}
