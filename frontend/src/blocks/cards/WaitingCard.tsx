import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { chatQuery, useSetPolicy } from '../../api/chats';
import { explain } from '../../api/client';
import { useAnswer, useDecide } from '../../api/runs';
import { meQuery } from '../../api/session';
import type { NewDecision, ScreenshotRef } from '../../api/types';
import { NOTHING, without } from '../../approvals/policy';
import { stepsIn } from '../../timeline/selectors';
import type { Approval, Block, Question, Step } from '../../timeline/types';
import { useChatView } from '../ChatContext';
import { ApprovalCard } from './ApprovalCard';
import { QuestionCard } from './QuestionCard';

interface Props {
  block: Block;
  runId: string;
  waiting: Step | Question;
  lastScreenshot: ScreenshotRef | null;
}

/** The card for a call that needs approval, or for a question. */
export function WaitingCard({ block, runId, waiting, lastScreenshot }: Props) {
  if (waiting.kind === 'question') return <PendingQuestion key={waiting.key} runId={runId} question={waiting} />;
  const { approval } = waiting;
  const key = waiting.call.call_id;
  return approval && <PendingApproval key={key} block={block} runId={runId} step={waiting} approval={approval} lastScreenshot={lastScreenshot} />;
}

interface PendingApprovalProps extends Omit<Props, 'waiting'> {
  step: Step;
  approval: Approval;
}

function PendingApproval({ block, runId, step, approval, lastScreenshot }: PendingApprovalProps) {
  const { chatId } = useChatView();
  const { data: chat } = useQuery(chatQuery(chatId));
  const { data: me } = useSuspenseQuery(meQuery);
  const decide = useDecide(runId);
  const setPolicy = useSetPolicy(chatId);
  const always = (decision: NewDecision) => {
    const policy = chat?.approval ?? me.approval ?? NOTHING;
    // The policy goes first: the run reads it when it resumes.
    setPolicy.mutate(without(policy, approval.effects), { onSuccess: () => decide.mutate(decision) });
  };
  const problem = decide.error ?? setPolicy.error;
  return (
    <ApprovalCard
      step={step}
      approval={approval}
      lastScreenshot={lastScreenshot}
      behind={stepsIn(block).filter((other) => other.state === 'waiting' && other !== step).length}
      deciding={decide.isPending || decide.isSuccess || setPolicy.isPending}
      problem={problem && explain(problem)}
      onDecide={decide.mutate}
      onAlways={always}
    />
  );
}

function PendingQuestion({ runId, question }: { runId: string; question: Question }) {
  const answer = useAnswer(runId);
  return (
    <QuestionCard
      question={question.text}
      choices={question.choices}
      answering={answer.isPending || answer.isSuccess}
      problem={answer.error && explain(answer.error)}
      onAnswer={(text) => answer.mutate({ call_id: question.step.call.call_id, text })}
    />
  );
}
