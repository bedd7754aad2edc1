import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

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
  { files: ['src/stage/VncView.tsx'], rules: { 'no-restricted-imports': 'off' } },
);
