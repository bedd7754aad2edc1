import * as Radix from '@radix-ui/react-dropdown-menu';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './Menu.module.css';

interface MenuProps {
  trigger: ReactNode;
  children: ReactNode;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
  /** Where it is drawn, if not at the end of the page. */
  container?: HTMLElement | null;
}

export function Menu({ trigger, children, align = 'end', side = 'bottom', container }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content
          className={styles.menu}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={keepTakenFocus}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Leaves the focus with what the chosen item opened, instead of returning it to the trigger. */
function keepTakenFocus(event: Event) {
  if (document.activeElement !== document.body) event.preventDefault();
}

interface ItemProps {
  icon?: ReactNode;
  danger?: boolean;
  /** Quiet words at the end, such as keys that do the same. */
  hint?: string;
  onSelect: () => void;
  children: ReactNode;
}

export function MenuItem({ icon, danger, hint, onSelect, children }: ItemProps) {
  return (
    <Radix.Item className={`${styles.item} ${danger ? styles.danger : ''}`} onSelect={onSelect}>
      {icon}
      {children}
      {hint && <span className={styles.hint}>{hint}</span>}
    </Radix.Item>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  /** No option is marked when the value is not among them. */
  value: string;
  options: Record<Value, string>;
  onChange: (value: Value) => void;
}

/** A group of options of which one is marked. */
export function MenuChoice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <>
      <MenuLabel>{label}</MenuLabel>
      <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as Value)}>
        {(Object.entries(options) as [Value, string][]).map(([option, text]) => (
          <Radix.RadioItem key={option} value={option} className={styles.item} onSelect={(event) => event.preventDefault()}>
            <span className={styles.check}>
              <Radix.ItemIndicator>
                <Check size={14} />
              </Radix.ItemIndicator>
            </span>
            {text}
          </Radix.RadioItem>
        ))}
      </Radix.RadioGroup>
    </>
  );
}

interface CheckProps {
  checked: boolean;
  onChange: () => void;
  children: ReactNode;
}

/** An option that is on or off. Choosing it leaves the menu open. */
export function MenuCheck({ checked, onChange, children }: CheckProps) {
  return (
    <Radix.CheckboxItem
      checked={checked}
      className={styles.item}
      onCheckedChange={onChange}
      onSelect={(event) => event.preventDefault()}
    >
      <span className={styles.check}>
        <Radix.ItemIndicator>
          <Check size={14} />
        </Radix.ItemIndicator>
      </span>
      {children}
    </Radix.CheckboxItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className={styles.label}>{children}</Radix.Label>;
}

export function MenuLine() {
  return <Radix.Separator className={styles.line} />;
}
