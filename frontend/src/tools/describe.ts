import type { LucideIcon } from 'lucide-react';
import type { Point } from '../api/types';
import type { Step } from '../timeline/types';
import { rendererOf } from './registry';

/** A step in words: a verb in the tense of the step's state, and what it was done to. */
export interface StepDescription {
  icon: LucideIcon;
  verb: string;
  object: string;
  /** Whether the object is text for a machine, such as a command. */
  code: boolean;
}

/** "Clicked at 200, 300"; "Clicking ..." while it runs, "Click ..." when it has not started. */
export function describeStep({ call: { tool }, state }: Step): StepDescription {
  const { icon, verb, object = '', code = false } = rendererOf(tool).describe(tool);
  const form = state === 'running' ? 'doing' : state === 'waiting' || state === 'not_executed' ? 'toDo' : 'done';
  return { icon, verb: verb[form], object, code };
}

/** The whole sentence, for labels. */
export const sentence = ({ verb, object }: StepDescription) => (object ? `${verb} ${object}` : verb);

/** What the assistant asks to be allowed to do: "run this command". */
export function requestOf({ call: { tool } }: Step): string {
  const { describe, request } = rendererOf(tool);
  const { verb, object = '' } = describe(tool);
  return request?.(tool) ?? verb.request(object);
}

/** The point of the screen that a step aims at. */
export const target = ({ call: { tool } }: Step): Point | null => rendererOf(tool).target?.(tool) ?? null;
