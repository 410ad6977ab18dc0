import postcss, { type AtRule } from 'postcss';
import type { Plugin } from 'vite';

/**
 * Atlaskit's components bring small classes that several of them share. A media query counts only behind the plain rule of the same property, whichever component brought that one:
 * so all queries go to the end of the one stylesheet.
 */
export function mediaLast(): Plugin {
  return {
    name: 'media-last',
    config: () => ({ build: { cssCodeSplit: false } }),
    generateBundle: {
      // Behind Vite's own, which makes the stylesheet.
      order: 'post',
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue;
          const sheet = postcss.parse(String(file.source));
          const queries = sheet.nodes.filter((node): node is AtRule => node.type === 'atrule' && node.name === 'media');
          sheet.append(queries);
          file.source = sheet.toString();
        }
      },
    },
  };
}
