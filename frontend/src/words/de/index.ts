import type { Catalogue } from '../catalogue';
import { account } from './account';
import { actions } from './actions';
import { admin } from './admin';
import { approval, question } from './approval';
import { audit } from './audit';
import { auth } from './auth';
import { chats } from './chats';
import { composer } from './composer';
import { conversation } from './conversation';
import { costs } from './costs';
import { desktops } from './desktops';
import { errors } from './errors';
import { files, home, link, share } from './files';
import { internet } from './internet';
import { keys } from './keys';
import { message } from './message';
import { models } from './models';
import { outcomes } from './outcomes';
import { prices } from './prices';
import { providers } from './providers';
import { retention } from './retention';
import { runs } from './runs';
import { settings } from './settings';
import { shell, shortcuts } from './shell';
import { stage } from './stage';
import { steps, takeover } from './steps';
import { tools } from './tools';
import { twoStep } from './twoStep';
import { usage } from './usage';

export const catalogue: Catalogue = {
  account,
  actions,
  admin,
  approval,
  audit,
  auth,
  chats,
  composer,
  conversation,
  costs,
  desktops,
  errors,
  files,
  home,
  internet,
  keys,
  link,
  message,
  models,
  outcomes,
  prices,
  providers,
  question,
  retention,
  runs,
  settings,
  share,
  shell,
  shortcuts,
  stage,
  steps,
  takeover,
  tools,
  twoStep,
  usage,
};
