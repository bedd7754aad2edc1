export const costs = {
  // In a chat.
  soFar: (amount: string) => `This chat has cost ${amount} so far, at list prices.`,
  left: (amount: string, budget: string) => `${amount} left of: ${budget}.`,
  estimate: (step: string, steps: string, run: string) => `About ${step} for the next step, and ${run} for a run of ${steps} steps.`,
  fromTurns: 'As far as this chat’s last steps show.',
  fromUsual: 'As far as runs usually go.',
  unpriced: (model: string) =>
    `Nobody knows what ${model} costs, and there is a limit on costs, so messages are refused. Choose another model, ask an administrator to set its price, or remove the limit.`,
  chatLimitsItem: 'Limits…',
  chatLimits: 'Limits of this chat',
  chatLimitsBody: 'They hold with every model and whoever pays: on costs at once, on steps and minutes from the next message on. Empty: the chat has no such limit of its own.',
  chatLimitNames: {
    max_cost_usd: 'Whole chat, in dollars',
    max_turns: 'Steps of each run',
    max_minutes: 'Minutes of each run',
  },
  // What budgets are called.
  ofChat: 'limit of this chat',
  budgets: {
    own: { run: 'your own limit of a run', chat: 'your own limit of a chat', day: 'your own limit of a day', month: 'your own limit of a month' },
    person: { run: 'limit of a run', chat: 'limit of a chat', day: 'your limit of a day', month: 'your limit of a month' },
    everybody: { run: 'limit of a run', chat: 'limit of a chat', day: 'everybody’s limit of a day', month: 'everybody’s limit of a month' },
  },
  // In the settings.
  title: 'Limits',
  ownTitle: 'Your own limits',
  ownBody: 'What you let models cost, in dollars at list prices, also with keys of your own. The step that uses a limit up is the last of its run. Empty: what administrators have set, in grey.',
  ownNames: {
    dollars_per_run: 'Each run',
    dollars_per_chat: 'Each chat',
    dollars_per_day: 'A day (UTC)',
    dollars_per_month: 'A month (UTC)',
  },
  usedTitle: 'All limits on costs',
  usedBody: 'What was spent of each. Those of administrators leave out what you pay with keys of your own.',
  none: 'There are none.',
};
