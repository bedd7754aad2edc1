import { Ban } from 'lucide-react';
import type { ToolOf, ToolRenderer } from './renderer';

/** A call of a tool that does not exist, or with arguments that cannot be read. */
export const invalid: ToolRenderer<ToolOf<'invalid'>> = {
  describe: ({ name }) => ({ icon: Ban, verb: ['Couldn’t use', 'Couldn’t use', 'Couldn’t use'], object: name, code: true }),
};
