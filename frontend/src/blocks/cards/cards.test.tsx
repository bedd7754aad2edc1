import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Tool } from '../../api/types';
import { waitingStep } from '../../timeline/steps';
import type { Approval } from '../../timeline/types';
import { ChatContext, type ChatView } from '../ChatContext';
import { ApprovalCard } from './ApprovalCard';
import { QuestionCard } from './QuestionCard';

const view: ChatView = { chatId: 'c1', name: 'Claude', screen: { width: 1280, height: 800 }, selectStep: vi.fn(), hover: vi.fn() };
const lastScreenshot = { sha256: 'a'.repeat(64), media_type: 'image/png', size: { width: 1280, height: 800 } };
const SHELL: Tool = { tool: 'shell', command: 'rm -r ~/Outputs' };
const asked: Approval = { effects: ['shell'], reason: null, argumentsSha256: 'sha', decision: null };

// jsdom has no layout.
Element.prototype.scrollIntoView = () => undefined;

beforeEach(() => {
  // Time passes only when a test advances it.
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function showApproval(tool: Tool = SHELL, approval: Partial<Approval> = {}, deciding = false) {
  const onDecide = vi.fn();
  const onAlways = vi.fn();
  render(
    <ChatContext value={view}>
      <div role="log" tabIndex={0}>
        <ApprovalCard
          step={waitingStep({ call_id: 'a', tool })}
          approval={{ ...asked, ...approval }}
          lastScreenshot={lastScreenshot}
          behind={2}
          deciding={deciding}
          problem={null}
          onDecide={onDecide}
          onAlways={onAlways}
        />
      </div>
    </ChatContext>,
  );
  return { onDecide, onAlways, user: userEvent.setup() };
}
const button = (name: string) => screen.getByRole('button', { name });

describe('the approval card', () => {
  test('shows the call, the reason and the number of waiting steps', () => {
    showApproval();
    expect(screen.getByRole('group', { name: 'Allow Claude to run this command?' })).toBeTruthy();
    expect(screen.getByText('rm -r ~/Outputs')).toBeTruthy();
    expect(screen.getByText(/You chose to approve this kind of step\. 2 more steps are waiting\./)).toBeTruthy();
  });

  test('shows the target on the screen, if there is one', () => {
    showApproval({ tool: 'computer', action: { type: 'click', button: 'left', count: 1, at: { x: 640, y: 400 } } }, { effects: ['pointing'] });
    const crop = screen.getByRole('img', { name: 'Where on the screen' });
    // A crop of 400 by 150 around the target.
    expect(crop.style.left).toBe('-110%');
    expect(crop.style.top).toBe(`${(-100 * 325) / 150}%`);
    expect((crop.nextElementSibling as HTMLElement).style.left).toBe('50%');
  });

  test('keeps the crop inside the screen', () => {
    showApproval({ tool: 'computer', action: { type: 'click', button: 'left', count: 1, at: { x: 1270, y: 4 } } }, { effects: ['pointing'] });
    const crop = screen.getByRole('img', { name: 'Where on the screen' });
    expect(crop.style.left).toBe('-220%');
    expect(crop.style.top).toBe('0%');
    expect((crop.nextElementSibling as HTMLElement).style.left).toBe('97.5%');
  });

  test.each<[Tool, string]>([
    [{ tool: 'editor', edit: { command: 'create', path: 'a.txt', file_text: 'whole\ntext' } }, 'whole\ntext'],
    [{ tool: 'computer', action: { type: 'type', text: 'echo hello\n' } }, 'echo hello'],
    [{ tool: 'open', app: 'browser', argument: 'https://example.org/?a=1' }, 'https://example.org/?a=1'],
  ])('shows %j in full', (tool, text) => {
    showApproval(tool, { effects: ['editing'] });
    expect([...document.querySelectorAll('pre')].map((pre) => pre.textContent?.trim())).toEqual([text]);
  });

  test('is approved with Enter while it has the focus, after a guard time', async () => {
    const { onDecide, user } = showApproval();
    expect(document.activeElement).toBe(screen.getByRole('group', { name: /^Allow Claude/ }));
    await user.keyboard('{Enter}');
    expect(onDecide).not.toHaveBeenCalled();
    vi.advanceTimersByTime(500);
    await user.keyboard('{Enter}');
    expect(onDecide).toHaveBeenCalledExactlyOnceWith({ call_id: 'a', arguments_sha256: 'sha', verdict: 'approve' });
    expect(document.activeElement).toBe(screen.getByRole('log'));
  });

  test('does not take the focus from a text field', () => {
    const field = document.body.appendChild(document.createElement('textarea'));
    field.focus();
    showApproval();
    expect(document.activeElement).toBe(field);
    field.remove();
  });

  test('is denied with a reason', async () => {
    const { onDecide, user } = showApproval();
    await user.click(button('Deny'));
    await user.keyboard('not today{Enter}');
    expect(onDecide).toHaveBeenCalledExactlyOnceWith({ call_id: 'a', arguments_sha256: 'sha', verdict: 'deny', reason: 'not today' });
  });

  test('is not denied by the Enter of an input method', async () => {
    const { user } = showApproval();
    await user.click(button('Deny'));
    // A prevented Enter submits no form.
    expect(fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter', keyCode: 229 })).toBe(false);
    expect(fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter', keyCode: 13 })).toBe(true);
  });

  test('Esc goes back to the choice', async () => {
    const { onDecide, user } = showApproval();
    await user.click(button('Deny'));
    await user.keyboard('{Escape}');
    expect(button('Approve')).toBeTruthy();
    expect(onDecide).not.toHaveBeenCalled();
  });

  test('no longer asks in this chat', async () => {
    const { onAlways, user } = showApproval();
    await user.click(button('Always allow in this chat'));
    expect(onAlways).toHaveBeenCalledExactlyOnceWith({ call_id: 'a', arguments_sha256: 'sha', verdict: 'approve' });
  });

  test('offers no permanent approval where the model provider requires confirmation', () => {
    showApproval(SHELL, { reason: 'It deletes files.' });
    expect(screen.getByText(/requires your confirmation: It deletes files\./)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Always allow in this chat' })).toBeNull();
  });

  test('accepts one decision only', async () => {
    const { onDecide, user } = showApproval(SHELL, {}, true);
    vi.advanceTimersByTime(500);
    await user.keyboard('{Enter}');
    await user.click(button('Approve'));
    expect(onDecide).not.toHaveBeenCalled();
  });
});

describe('the question card', () => {
  function showQuestion(choices: string[]) {
    const onAnswer = vi.fn();
    render(
      <ChatContext value={view}>
        <QuestionCard question="Which one?" choices={choices} answering={false} problem={null} onAnswer={onAnswer} />
      </ChatContext>,
    );
    return { onAnswer, user: userEvent.setup() };
  }

  test('is answered with one of the choices', async () => {
    const { onAnswer, user } = showQuestion(['this', 'that']);
    await user.click(button('that'));
    expect(onAnswer).toHaveBeenCalledExactlyOnceWith('that');
  });

  test('is not answered by the Enter of an input method', async () => {
    const { onAnswer, user } = showQuestion([]);
    await user.type(screen.getByRole('textbox'), '日本');
    fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter', keyCode: 229 });
    expect(onAnswer).not.toHaveBeenCalled();
  });

  test.each([[['this']], [[]]])('is answered with free text, with the choices %j', async (choices) => {
    const { onAnswer, user } = showQuestion(choices);
    const field = screen.getByRole('textbox');
    await user.type(field, '  {Enter}');
    expect(onAnswer).not.toHaveBeenCalled();
    await user.type(field, 'neither{Shift>}{Enter}{/Shift}really{Enter}');
    expect(onAnswer).toHaveBeenCalledExactlyOnceWith('neither\nreally');
  });
});
