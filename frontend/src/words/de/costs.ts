import type { Catalogue } from '../catalogue';

export const costs: Catalogue['costs'] = {
  soFar: (amount) => `Dieser Chat hat bisher ${amount} gekostet, zu Listenpreisen.`,
  left: (amount, budget) => `Noch ${amount} übrig: ${budget}.`,
  estimate: (step, steps, run) => `Etwa ${step} für den nächsten Schritt und ${run} für eine Aufgabe mit ${steps} Schritten.`,
  fromTurns: 'Soweit die letzten Schritte dieses Chats es zeigen.',
  fromUsual: 'Soweit Aufgaben üblicherweise gehen.',
  unpriced: (model) =>
    `Niemand weiß, was ${model} kostet, und es gibt ein Kostenlimit; deshalb werden Nachrichten abgelehnt. Wählen Sie ein anderes Modell, bitten Sie die Administration, seinen Preis festzulegen, oder entfernen Sie das Limit.`,
  chatLimitsItem: 'Limits…',
  chatLimits: 'Limits dieses Chats',
  chatLimitsBody: 'Sie gelten mit jedem Modell und egal, wer bezahlt: für Kosten sofort, für Schritte und Minuten ab der nächsten Nachricht. Leer: Der Chat hat kein solches eigenes Limit.',
  chatLimitNames: {
    max_cost_usd: 'Ganzer Chat, in Dollar',
    max_turns: 'Schritte je Aufgabe',
    max_minutes: 'Minuten je Aufgabe',
  },
  ofChat: 'Limit dieses Chats',
  budgets: {
    own: { run: 'Ihr eigenes Limit je Aufgabe', chat: 'Ihr eigenes Limit je Chat', day: 'Ihr eigenes Limit am Tag', month: 'Ihr eigenes Limit im Monat' },
    person: { run: 'Limit je Aufgabe', chat: 'Limit je Chat', day: 'Ihr Limit am Tag', month: 'Ihr Limit im Monat' },
    everybody: { run: 'Limit je Aufgabe', chat: 'Limit je Chat', day: 'Limit aller am Tag', month: 'Limit aller im Monat' },
  },
  title: 'Limits',
  ownTitle: 'Ihre eigenen Limits',
  ownBody: 'Was Modelle Sie kosten dürfen, in Dollar zu Listenpreisen, auch mit eigenen Schlüsseln. Der Schritt, der ein Limit aufbraucht, ist der letzte seiner Aufgabe. Leer: was die Administration festgelegt hat, in Grau.',
  ownNames: {
    dollars_per_run: 'Jede Aufgabe',
    dollars_per_chat: 'Jeder Chat',
    dollars_per_day: 'Am Tag (UTC)',
    dollars_per_month: 'Im Monat (UTC)',
  },
  usedTitle: 'Alle Kostenlimits',
  usedBody: 'Was davon ausgegeben ist. Bei denen der Administration zählt nicht, was Sie mit eigenen Schlüsseln bezahlen.',
  none: 'Es gibt keine.',
};
