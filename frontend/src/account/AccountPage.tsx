import { useSuspenseQuery } from '@tanstack/react-query';
import { meQuery } from '../api/session';
import { SectionPage, Section } from '../shell/SectionPage';
import { words } from '../words';
import { LinkedLogins } from './LinkedLogins';
import { PasswordForm } from './PasswordForm';
import { ProfileForm } from './ProfileForm';
import { SessionList } from './SessionList';
import { TokenList } from './TokenList';
import { TwoStepLogin } from './TwoStepLogin';

/** The person's account: profile, password, linked logins, where they are logged in, and tokens of programs. */
export function AccountPage() {
  const { data: me } = useSuspenseQuery(meQuery);
  return (
    <SectionPage title={words.account.title}>
      <Section title={words.account.profileTitle} body={words.account.profileBody}>
        <ProfileForm />
      </Section>
      <Section title={words.account.passwordTitle} body={me.has_password ? words.account.passwordBody : words.account.setPasswordBody}>
        <PasswordForm />
      </Section>
      <Section title={words.providers.linkedTitle} body={words.providers.linkedBody}>
        <LinkedLogins />
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
