import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { mediaLast } from './build/media-last';
import { tokenStyles } from './build/token-styles';

// The pages lie at different depths of the app's address, so every address in them is relative.
export default defineConfig({
  base: './',
  plugins: [react(), tokenStyles(), mediaLast()],
  resolve: {
    alias: { '@atlaskit/feature-gate-js-client/feature-gates': fileURLToPath(new URL('src/shared/noExperiments.ts', import.meta.url)) },
  },
  build: {
    target: 'es2022',
    assetsDir: 'configuration/assets',
    // The content security policy allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      input: ['configuration.html', 'expired.html', 'gitlab/callback.html', 'branches/create-branch.html'],
      onwarn(warning, warn) {
        // "use client" is for servers that render; there is none.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
  define: { 'process.env': '{}' },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
  },
});
