import type { Catalogue } from '../catalogue';
import { verb } from './verb';

const CLICKS = [
  verb('Clicou', 'Clicando', 'Clicar'),
  verb('Clicou duas vezes', 'Clicando duas vezes', 'Clicar duas vezes'),
  verb('Clicou três vezes', 'Clicando três vezes', 'Clicar três vezes'),
];

export const actions: Catalogue['actions'] = {
  clicked: (button, count) => {
    if (button === 'right') return verb('Clicou com o botão direito', 'Clicando com o botão direito', 'Clicar com o botão direito');
    if (button === 'middle') return verb('Clicou com o botão do meio', 'Clicando com o botão do meio', 'Clicar com o botão do meio');
    return CLICKS[Math.min(count, CLICKS.length) - 1] ?? CLICKS[0]!;
  },
  dragged: verb('Arrastou', 'Arrastando', 'Arrastar'),
  scrolled: verb('Rolou', 'Rolando', 'Rolar'),
  typed: verb('Digitou', 'Digitando', 'Digitar'),
  pressed: verb('Pressionou', 'Pressionando', 'Pressionar'),
  directions: { up: 'para cima', down: 'para baixo', left: 'para a esquerda', right: 'para a direita' },
  point: (x, y) => `${x}, ${y}`,
  at: (x, y) => `em ${x}, ${y}`,
  to: (point) => `até ${point}`,
  fromTo: (from, to) => `de ${from} até ${to}`,
  scrolledBy: (direction, clicks) => `${direction}, ${clicks}`,
  with: (modifiers) => (modifiers.length > 0 ? `com ${modifiers.join('+')}` : ''),
  times: (chord, count) => (count > 1 ? `${chord} × ${count}` : chord),
};
