// Layers are lint rules: an arrow that points up fails the check (docs/architecture.md, "Layers").
import tseslint from 'typescript-eslint'

const onlyKubernetesSpeaksToTheCluster = {
  regex: '^(@kubernetes/client-node|ws)$',
  allowTypeImports: true,
  message: 'Only kubernetes/ speaks to the cluster.'
}

/** packages/k8s-hooks/src from top to bottom: a folder may import only folders that stand below it. */
const layers = [
  'hooks',
  'action-image',
  'job-pod',
  'step-pod',
  'workspace',
  'pod-template',
  'builder',
  'registry',
  'exec',
  'kubernetes',
  'config',
  'support'
]

const layerRules = layers.map((layer, depth) => ({
  files: [`packages/k8s-hooks/src/${layer}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^(\\.\\./)+(${['main', 'run-hook', ...layers.slice(0, depth)].join('|')})(/|\\.|$)`,
            message: `${layer}/ may import only what stands below it: ${layers.slice(depth + 1).join(', ') || 'nothing'}.`
          },
          ...(layer === 'kubernetes' ? [] : [onlyKubernetesSpeaksToTheCluster])
        ]
      }
    ]
  }
}))

export default tseslint.config(
  { ignores: ['**/dist/', '**/.tsbuild/', '**/node_modules/', '**/.nx/', 'examples/**/dist/'] },
  ...tseslint.configs.strictTypeChecked.map(config => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    // One program for all: with one for each package, the types of Node and of client-node are read eight times.
    languageOptions: { parserOptions: { project: './tsconfig.lint.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Kubernetes models are classes used as shapes; literals are how everybody writes them.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'max-lines': ['error', 250],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
      complexity: ['error', 12]
    }
  },
  {
    files: ['packages/*/src/**/*.ts'],
    ignores: ['packages/*/src/main.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only main.ts reads the environment; pass a value.' },
        { object: 'process', property: 'exit', message: 'Only main.ts ends the process; throw or return.' }
      ]
    }
  },
  {
    files: ['packages/hooklib/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(?!node:|\\./)', message: 'hooklib knows only the protocol.' }] }
      ]
    }
  },
  ...layerRules,
  {
    files: ['**/tests/**/*.ts', '**/*.e2e.test.ts'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': ['error', 400] }
  }
)
