import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { explain } from '../api/client';
import { meQuery, useSetDefaultPolicy } from '../api/session';
import type { ApprovalPolicy } from '../api/types';
import { EFFECTS, effectsOf, NOTHING, toggled } from '../approvals/policy';
import { useDefaultModel } from '../models/useChatModel';
import { Section } from '../shell/SectionPage';
import { setTheme, useTheme, type Theme } from '../shell/theme';
import { words } from '../words';
import { LocaleForm } from './LocaleForm';
import { SettingsFrame } from './SettingsFrame';
import styles from './SettingsPage.module.css';

/** Settings for all chats of the person. Every change is saved at once. */
export function SettingsPage() {
  const { name } = useDefaultModel();
  return (
    <SettingsFrame>
      <Section title={words.settings.approvalTitle} body={words.settings.approvalBody(name)}>
        <ApprovalForm />
      </Section>
      <Section title={words.settings.localeTitle} body={words.settings.localeBody(name)}>
        <LocaleForm />
      </Section>
      <Section title={words.settings.themeTitle} body={words.settings.themeBody}>
        <ThemeForm />
      </Section>
    </SettingsFrame>
  );
}

function ApprovalForm() {
  const { data: me } = useSuspenseQuery(meQuery);
  // An optimistic update: a failed request restores the old policy.
  const [chosen, setChosen] = useState<ApprovalPolicy | null>(null);
  const save = useSetDefaultPolicy({ onError: () => setChosen(null) });
  const policy = chosen ?? me.approval ?? NOTHING;
  const set = (next: ApprovalPolicy) => {
    setChosen(next);
    save.mutate(next);
  };
  const choose = (name: ApprovalPolicy['ask_for']) =>
    set(name === 'effects' ? { ask_for: 'effects', effects: ['shell'] } : { ask_for: name });
  const names: Record<ApprovalPolicy['ask_for'], string> = {
    nothing: words.approval.nothing,
    everything: words.approval.everything,
    effects: words.settings.some,
  };
  return (
    <>
      <fieldset className={styles.options}>
        <legend>{words.settings.askBefore}</legend>
        {(Object.keys(names) as ApprovalPolicy['ask_for'][]).map((name) => (
          <label key={name} className={styles.option}>
            <input type="radio" name="approval" checked={policy.ask_for === name} onChange={() => choose(name)} />
            {names[name]}
          </label>
        ))}
        {policy.ask_for === 'effects' && (
          <div className={styles.kinds} role="group" aria-label={words.settings.some}>
            {EFFECTS.map((effect) => (
              <label key={effect} className={styles.option}>
                <input type="checkbox" checked={effectsOf(policy).includes(effect)} onChange={() => set(toggled(policy, effect))} />
                {words.approval.effects[effect]}
              </label>
            ))}
          </div>
        )}
      </fieldset>
      <p className={save.error ? styles.problem : styles.saved} role="status">
        {save.error ? explain(save.error) : save.isSuccess ? words.settings.saved : ''}
      </p>
    </>
  );
}

function ThemeForm() {
  const theme = useTheme();
  return (
    <fieldset className={styles.options}>
      <legend>{words.shell.theme}</legend>
      {(Object.entries(words.shell.themes) as [Theme, string][]).map(([name, label]) => (
        <label key={name} className={styles.option}>
          <input type="radio" name="theme" checked={theme === name} onChange={() => setTheme(name)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
