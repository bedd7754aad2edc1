// All texts of the interface, a file for each concept. Texts of a single tool are with its renderer, in tools/.

import { account } from './account';
import { actions } from './actions';
import { admin } from './admin';
import { approval, question } from './approval';
import { audit } from './audit';
import { auth } from './auth';
import { chats } from './chats';
import { composer } from './composer';
import { conversation } from './conversation';
import { errors } from './errors';
import { files, home, link, share } from './files';
import { bytes, time } from './format';
import { keys } from './keys';
import { message } from './message';
import { outcomes } from './outcomes';
import { providers } from './providers';
import { settings } from './settings';
import { shell, shortcuts } from './shell';
import { stage } from './stage';
import { steps, takeover } from './steps';
import { twoStep } from './twoStep';
import { usage } from './usage';

export const words = {
  product: 'Deskhand',
  account,
  actions,
  admin,
  approval,
  audit,
  auth,
  bytes,
  chats,
  composer,
  conversation,
  errors,
  files,
  home,
  keys,
  link,
  shortcuts,
  message,
  outcomes,
  providers,
  question,
  settings,
  share,
  shell,
  stage,
  steps,
  takeover,
  time,
  twoStep,
  usage,
};
