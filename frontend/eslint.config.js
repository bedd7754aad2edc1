import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import interfaceTexts from './build/interfaceTexts.js';

export default tseslint.config(
  { ignores: ['dist', 'src/api/schema.d.ts', 'public'] },
  ...tseslint.configs.recommended,
  reactHooks.configs.flat.recommended,
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: 'error',
      'no-restricted-imports': [
        'error',
        { paths: [{ name: '@novnc/novnc', message: 'Only stage/VncView.tsx talks to noVNC.' }] },
      ],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/words/**', '**/*.test.*', '**/*.fixture.*'],
    plugins: { 'interface-texts': interfaceTexts },
    rules: {
      'interface-texts/in-catalogue': 'error',
      'interface-texts/read-when-needed': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.object.name='Intl'][callee.property.name!='Segmenter'], CallExpression[callee.property.name=/^(toLocale|toFixed)/]",
          message: 'Only words/format.ts writes numbers and times, in the language that is shown.',
        },
      ],
    },
  },
  { files: ['src/stage/VncView.tsx'], rules: { 'no-restricted-imports': 'off' } },
);
