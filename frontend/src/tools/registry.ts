import type { Tool } from '../api/types';
import { ask } from './ask';
import { computer } from './computer';
import { editor } from './editor';
import { invalid } from './invalid';
import { open } from './open';
import type { ToolName, ToolOf, ToolRenderer } from './renderer';
import { shell } from './shell';

const renderers: { [Name in ToolName]: ToolRenderer<ToolOf<Name>> } = { ask, computer, editor, invalid, open, shell };

/** The cast is sound: the table above gives every tool the renderer of its own name. */
export const rendererOf = (tool: Tool) => renderers[tool.tool] as ToolRenderer<Tool>;
