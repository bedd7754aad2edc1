// Rules for the texts of the interface, which is in several languages.

const LETTER = /\p{L}/u;
/** A capitalized word and another one, or what stands in its place. */
const SENTENCE = /^\p{Lu}[\p{L}’']*,?\s[\p{L}…]/u;

/** The attributes and properties that people read or hear. */
const READ = new Set([
  ...['alt', 'aria-description', 'aria-label', 'aria-placeholder', 'aria-roledescription', 'aria-valuetext', 'placeholder', 'title'],
  ...['body', 'hint', 'intro', 'label', 'none', 'note'],
]);

const textOf = (node) =>
  node.type === 'TemplateLiteral' ? node.quasis.map(({ value }) => value.cooked).join('…') : typeof node.value === 'string' ? node.value : '';

/** The literals among what an expression may give. */
function literalsIn(node) {
  switch (node?.type) {
    case 'Literal':
    case 'TemplateLiteral':
      return [node];
    case 'JSXExpressionContainer':
    case 'TSAsExpression':
      return literalsIn(node.expression);
    case 'ConditionalExpression':
      return [...literalsIn(node.consequent), ...literalsIn(node.alternate)];
    case 'LogicalExpression':
      return [...literalsIn(node.left), ...literalsIn(node.right)];
    case 'BinaryExpression':
      return node.operator === '+' ? [...literalsIn(node.left), ...literalsIn(node.right)] : [];
    default:
      return [];
  }
}

/** An error that only programmers see. */
const isThrown = ({ parent }) => parent.type === 'NewExpression' && parent.callee.name === 'Error';

/** Literal texts belong into the catalogue of each language. */
const inCatalogue = {
  meta: { type: 'problem', schema: [], messages: { text: 'Put this text into src/words, in each language.' } },
  create(context) {
    const found = new Set();
    const report = (node) => {
      if (found.has(node)) return;
      found.add(node);
      context.report({ node, messageId: 'text' });
    };
    const check = (node) => literalsIn(node).filter((literal) => LETTER.test(textOf(literal))).forEach(report);
    const checkSentence = (node) => SENTENCE.test(textOf(node)) && !isThrown(node) && report(node);
    return {
      JSXText: (node) => LETTER.test(node.value) && report(node),
      'JSXElement > JSXExpressionContainer, JSXFragment > JSXExpressionContainer': check,
      JSXAttribute: ({ name, value }) => READ.has(name.name) && check(value),
      Property: ({ key, value }) => READ.has(key.name) && check(value),
      Literal: checkSentence,
      TemplateLiteral: checkSentence,
    };
  },
};

const isFunction = ({ type }) => ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(type);

/** A text that is read when a module is loaded stays in the language of that moment, and there may be none yet. */
const readWhenNeeded = {
  meta: { type: 'problem', schema: [], messages: { early: 'Read words in a function: the language is chosen later, and may change.' } },
  create: (context) => ({
    Identifier(node) {
      const { parent } = node;
      if (node.name !== 'words' || parent.type === 'ImportSpecifier' || parent.type.startsWith('TS')) return;
      if (parent.type === 'MemberExpression' && parent.property === node && !parent.computed) return;
      if (!context.sourceCode.getAncestors(node).some(isFunction)) context.report({ node, messageId: 'early' });
    },
  }),
};

export default { rules: { 'in-catalogue': inCatalogue, 'read-when-needed': readWhenNeeded } };
