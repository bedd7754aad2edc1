import { plural } from '../format';

export const retention = {
  title: 'Retention',
  periodsTitle: 'How long things are kept',
  periodsBody: 'What is kept no longer is deleted every night, and can’t be brought back. Chats go with their desktop and files; of too many, those unused for the longest time. Empty: the value in grey.',
  names: {
    chats_days: 'Chats, in days after their last use',
    chats_per_person: 'Number of chats of each person',
    audit_days: 'Audit log, in days',
    internet_log_days: 'Requests of desktops, in days',
  },
  nextTitle: 'Next deletion',
  next: (date: string, what: string) => `On ${date}: ${what}, unless something is used or changed until then.`,
  nothing: 'nothing',
  chats: (count: number) => plural(count, 'chat', 'chats'),
  auditEntries: (count: number) => plural(count, 'audit entry', 'audit entries'),
  internetRequests: (count: number) => plural(count, 'request of desktops', 'requests of desktops'),
  sweepsTitle: 'Last deletions',
  noSweeps: 'There was none yet.',
  underWay: 'under way',
};
