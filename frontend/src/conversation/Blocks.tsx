import { Fragment, memo } from 'react';
import { RUN_CODES } from '../api/codes';
import { BlockView } from '../blocks/BlockView';
import { ForkNotice } from '../blocks/ForkNotice';
import { ReplacedBlocks } from '../blocks/ReplacedBlocks';
import { forkPoint, isCut, lastScreenshot, waitingFor } from '../timeline/selectors';
import type { Block, Timeline } from '../timeline/types';

/** All blocks, oldest first. Replaced ones are grouped and collapsed. */
export const Blocks = memo(function Blocks({ timeline, active }: { timeline: Timeline; active: Block | null }) {
  const forked = forkPoint(timeline);
  // What the person did without a run is a block as well.
  const lastKey = timeline.blocks.findLast((block) => block.runId)?.key;
  return groupReplaced(timeline.blocks).map((group) =>
    Array.isArray(group) ? (
      <ReplacedBlocks key={group[0]!.key} blocks={group} />
    ) : (
      <Fragment key={group.key}>
        <BlockView
          block={group}
          live={timeline.live?.runId === group.runId ? timeline.live : null}
          // Only where it is shown: it changes with nearly every step.
          lastScreenshot={waitingFor(group) && lastScreenshot(timeline)}
          waits={active !== null && active !== group}
          last={group.key === lastKey}
          cut={isCut(timeline, group)}
        />
        {/* A run that the fork cut off says so itself. */}
        {group === forked && group.code !== RUN_CODES.forked && <ForkNotice />}
      </Fragment>
    ),
  );
});

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
