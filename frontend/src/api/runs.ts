import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { request } from './client';
import type { NewAnswer, NewDecision, Run, RunState } from './types';

/** A run as the chat's events last reported it. */
export interface ReportedRun {
  runId: string | null;
  state: RunState | null;
  /** The number of the event that reported the state. */
  stateSeq: number;
}

/** Actions on runs. All of them are idempotent, so a lost response does no harm. */
export function useRunActions(active: ReportedRun | null) {
  const client = useQueryClient();
  const runId = active?.runId ?? null;
  const stateSeq = active?.stateSeq ?? 0;
  // Fetched again whenever an event reports another state, for what the events do not report: `pause_requested`.
  const key = ['runs', runId, stateSeq];
  const run = useQuery({
    queryKey: key,
    queryFn: () => request<Run>('GET', `/runs/${runId}`),
    enabled: active?.state === 'running',
    staleTime: Infinity,
  });
  const cancel = useMutation({ mutationFn: (id: string) => request<Run>('POST', `/runs/${id}/cancel`) });
  const halt = {
    // The answer belongs to the state that was acted on, even if it arrives after the next event.
    onMutate: () => key,
    onSuccess: (next: Run, _id: string, about: typeof key) => void client.setQueryData(about, next),
  };
  const pause = useMutation({ mutationFn: (id: string) => request<Run>('POST', `/runs/${id}/pause`), ...halt });
  const resume = useMutation({ mutationFn: (id: string) => request<Run>('POST', `/runs/${id}/resume`), ...halt });

  // An error is about the state in which it happened.
  const { reset: forgetCancel } = cancel;
  const { mutate: pauseRun, reset: forgetPause } = pause;
  const { mutate: resumeRun, reset: forgetResume } = resume;
  useEffect(() => {
    forgetCancel();
    forgetPause();
    forgetResume();
  }, [runId, stateSeq, forgetCancel, forgetPause, forgetResume]);

  return {
    cancel: cancel.mutate,
    pause: useCallback(() => runId && pauseRun(runId), [runId, pauseRun]),
    resume: useCallback(() => runId && resumeRun(runId), [runId, resumeRun]),
    /** Whether the run will pause after its current step. */
    pausing: active?.state === 'running' && (pause.isPending || run.data?.pause_requested === true),
    /** Whether the run will continue as soon as a backend picks it up. */
    resuming: active?.state === 'paused' && (resume.isPending || run.data?.state === 'running'),
    problem: cancel.error ?? pause.error ?? resume.error,
  };
}

export function useDecide(runId: string) {
  return useMutation({ mutationFn: (decision: NewDecision) => request<Run>('POST', `/runs/${runId}/decisions`, decision) });
}

export function useAnswer(runId: string) {
  return useMutation({ mutationFn: (answer: NewAnswer) => request<Run>('POST', `/runs/${runId}/answer`, answer) });
}
