import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { request } from '../api/client';
import type { NewAnswer, NewDecision, Run } from '../api/types';
import type { Block } from './timeline';

/** Where a run stands since an entry of the log said so; only what the log does not say is read from it. */
const runQuery = (runId: string | null, stateSeq: number) => ['runs', runId, stateSeq];

/** What the person can do with runs. Each may be done again with the same effect, so a lost answer does no harm. */
export function useRunActions(active: Block | null) {
  const client = useQueryClient();
  const runId = active?.runId ?? null;
  const key = runQuery(runId, active?.stateSeq ?? 0);
  const run = useQuery({
    queryKey: key,
    queryFn: () => request<Run>('GET', `/runs/${runId}`),
    enabled: active?.state === 'running',
    staleTime: Infinity,
  });
  const keep = (next: Run) => client.setQueryData(key, next);
  const post = <Input>(path: (input: Input) => string) => (input: Input) => request<Run>('POST', path(input));

  const cancel = useMutation({ mutationFn: post((id: string) => `/runs/${id}/cancel`) });
  const pause = useMutation({ mutationFn: post((id: string) => `/runs/${id}/pause`), onSuccess: keep });
  const resume = useMutation({ mutationFn: post((id: string) => `/runs/${id}/resume`), onSuccess: keep });
  const failed = [cancel, pause, resume].find((mutation) => mutation.error);
  return {
    cancel: cancel.mutate,
    pause: () => runId && pause.mutate(runId),
    resume: () => runId && resume.mutate(runId),
    /** It pauses once the step under way has ended. */
    pausing: active?.state === 'running' && (pause.isPending || run.data?.pause_requested === true),
    /** It goes on as soon as somebody drives it. */
    resuming: active?.state === 'paused' && (resume.isPending || run.data?.state === 'running'),
    problem: failed?.error ?? null,
  };
}

export function useDecide(runId: string) {
  return useMutation({ mutationFn: (decision: NewDecision) => request<Run>('POST', `/runs/${runId}/decisions`, decision) });
}

export function useAnswer(runId: string) {
  return useMutation({ mutationFn: (answer: NewAnswer) => request<Run>('POST', `/runs/${runId}/answer`, answer) });
}
