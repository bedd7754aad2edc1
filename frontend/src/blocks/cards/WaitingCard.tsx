import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { explain } from '../../api/client';
import type { ImageRef, NewDecision } from '../../api/types';
import { meQuery } from '../../api/session';
import { chatQuery, useSetPolicy } from '../../api/chats';
import { useChatView } from '../ChatContext';
import { useAnswer, useDecide } from '../../api/runs';
import { stepsIn, type Approval, type Step } from '../../timeline/steps';
import type { Block } from '../../timeline/timeline';
import { ApprovalCard } from './ApprovalCard';
import { NOTHING, without } from '../../approvals/policy';
import { QuestionCard } from './QuestionCard';

interface Props {
  block: Block;
  runId: string;
  step: Step;
  picture: ImageRef | null;
}

/** What waits for the person in a block: a call to decide on, or a question. */
export function WaitingCard({ block, runId, step, picture }: Props) {
  const { tool, call_id: callId } = step.call;
  if (tool.tool === 'ask') return <Asked runId={runId} callId={callId} question={tool.question} choices={tool.choices ?? []} />;
  return step.approval && <Awaited block={block} runId={runId} step={step} approval={step.approval} picture={picture} />;
}

function Awaited({ block, runId, step, approval, picture }: Props & { approval: Approval }) {
  const { chatId } = useChatView();
  const { data: chat } = useQuery(chatQuery(chatId));
  const { data: me } = useSuspenseQuery(meQuery);
  const decide = useDecide(runId);
  const setPolicy = useSetPolicy(chatId);
  const always = (decision: NewDecision) => {
    const policy = chat?.approval ?? me.approval ?? NOTHING;
    // First the policy: the run reads it when it goes on.
    setPolicy.mutate(without(policy, approval.effects), { onSuccess: () => decide.mutate(decision) });
  };
  const problem = decide.error ?? setPolicy.error;
  return (
    <ApprovalCard
      step={step}
      approval={approval}
      picture={picture}
      behind={stepsIn(block).filter((other) => other.state === 'waiting' && other !== step).length}
      deciding={decide.isPending || decide.isSuccess || setPolicy.isPending}
      problem={problem && explain(problem)}
      onDecide={decide.mutate}
      onAlways={always}
    />
  );
}

function Asked({ runId, callId, question, choices }: { runId: string; callId: string; question: string; choices: string[] }) {
  const answer = useAnswer(runId);
  return (
    <QuestionCard
      question={question}
      choices={choices}
      answering={answer.isPending || answer.isSuccess}
      problem={answer.error && explain(answer.error)}
      onAnswer={(text) => answer.mutate({ call_id: callId, text })}
    />
  );
}
