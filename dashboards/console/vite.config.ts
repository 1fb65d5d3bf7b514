import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The console: built to `dist`, served by polisgrid itself. `npx vite dashboards/console` develops against a running one. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: ['chrome125', 'firefox128', 'safari17.5'],
    chunkSizeWarningLimit: 600,
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8080' } },
});
