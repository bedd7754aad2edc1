import { BlockView } from '../blocks/BlockView';
import { ReplacedBlocks } from '../blocks/ReplacedBlocks';
import { stepsOf } from '../timeline/selectors';
import type { Block, Timeline } from '../timeline/types';

/** All blocks, oldest first. Replaced ones are grouped and collapsed. */
export function Blocks({ timeline, active }: { timeline: Timeline; active: Block | null }) {
  const lastScreenshot = stepsOf(timeline).findLast((step) => step.screenshot)?.screenshot ?? null;
  // What the person did without a run is a block as well.
  const lastKey = timeline.blocks.findLast((block) => block.runId)?.key;
  return groupReplaced(timeline.blocks).map((group) =>
    Array.isArray(group) ? (
      <ReplacedBlocks key={group[0]!.key} blocks={group} />
    ) : (
      <BlockView
        key={group.key}
        block={group}
        live={timeline.live?.runId === group.runId ? timeline.live : null}
        lastScreenshot={lastScreenshot}
        waits={active !== null && active !== group}
        last={group.key === lastKey}
      />
    ),
  );
}

/** Groups consecutive replaced blocks. */
function groupReplaced(blocks: Block[]): (Block | Block[])[] {
  const groups: (Block | Block[])[] = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    if (!block.replaced) groups.push(block);
    else if (Array.isArray(last)) last.push(block);
    else groups.push([block]);
  }
  return groups;
}
