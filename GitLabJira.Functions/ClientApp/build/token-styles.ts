import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

const name = 'virtual:token-styles.css';
const require = createRequire(import.meta.url);

const theme = (id: string): string => (require(`@atlaskit/tokens/dist/cjs/artifacts/themes/atlassian-${id}.js`) as { default: string }).default;

/** The declarations of a theme, under a selector of ours. */
function under(selector: string, id: string): string {
  const css = theme(id);
  return `${selector} ${css.slice(css.indexOf('{'))}`;
}

/**
 * Atlassian's design tokens as one static style sheet. Their own loader writes style elements, which the content security policy forbids.
 * Light is what holds without a word from Jira; `data-color-mode` is what Jira's bridge sets. Spacing, shape and type are always there.
 */
export function tokenStyles(): Plugin {
  return {
    name: 'token-styles',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load(id) {
      if (id !== `\0${name}`) return undefined;
      return [
        under(':root', 'light'),
        under('html[data-color-mode="dark"]', 'dark'),
        ...['spacing', 'typography', 'shape'].map((part) => under(':root', part)),
        theme('motion').replaceAll(/html\[data-theme~="motion:motion"\](, \[data-subtree-theme\]\[data-theme~="motion:motion"\])?/g, ':root'),
      ].join('\n');
    },
  };
}
