import { Ban } from 'lucide-react';
import { words } from '../words';
import type { ToolOf, ToolRenderer } from './renderer';

/** A call of a tool that does not exist, or with arguments that cannot be read. */
export const invalid: ToolRenderer<ToolOf<'invalid'>> = {
  describe: ({ name }) => ({ icon: Ban, verb: words.tools.invalid, object: name, code: true }),
};
