import type { ChatEvent } from '../api/types';
import { addActivity, waitingStep } from './steps';
import type { Block, Item, Thought } from './types';

type Turn = Extract<ChatEvent, { kind: 'assistant_turn' }>;
type Spent = Extract<ChatEvent, { kind: 'spent' }>;

/** Adds the text, the thoughts and the tool calls of one turn. */
export function addTurn(block: Block, event: Turn): Block {
  const items = event.payload.content.reduce((items: Item[], part, index): Item[] => {
    const key = `${event.seq}.${index}`;
    switch (part.type) {
      case 'text':
        return part.text.trim() ? [...items, { kind: 'text', key, text: part.text, messageId: event.id }] : items;
      case 'thinking':
        return part.text.trim() ? addActivity(items, key, thought(key, part.text, block, event)) : items;
      case 'tool_call': {
        const step = waitingStep({ call_id: part.call_id, tool: part.tool, confirmation: part.confirmation });
        if (part.tool.tool !== 'ask') return addActivity(items, key, step);
        const { question: text, choices = [] } = part.tool;
        return [...items, { kind: 'question', key, step, text, choices }];
      }
    }
  }, block.items);
  return { ...block, items, usage: withCost(block.usage, event.payload.cost) };
}

function thought(key: string, text: string, block: Block, event: Turn): Thought {
  const durationMs = block.lastAt === null ? null : Date.parse(event.created_at) - Date.parse(block.lastAt);
  return { kind: 'thought', key, text, durationMs };
}

/** Adds the time and the cost of a turn. */
function withCost(usage: Block['usage'], cost: Turn['payload']['cost']): Block['usage'] {
  const { elapsed_ms: elapsed = 0, microdollars } = cost ?? {};
  return withMoney({ ...usage, modelMs: usage.modelMs + elapsed }, microdollars);
}

/** Adds what an attempt cost that came to nothing. */
export function addSpent(block: Block, { payload: { usage, microdollars } }: Spent): Block {
  const before = { ...block.usage, tokens: block.usage.tokens + tokensOf(usage) };
  return { ...block, usage: withMoney(before, microdollars) };
}

/** Input and output. */
export const tokensOf = (usage: Spent['payload']['usage']): number =>
  usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens + usage.output_tokens;

/** Adds money. What has no price makes the sum unknown. */
function withMoney(usage: Block['usage'], microdollars: number | null | undefined): Block['usage'] {
  const known = usage.microdollars !== null && typeof microdollars === 'number';
  return { ...usage, microdollars: known ? usage.microdollars! + microdollars : null };
}
