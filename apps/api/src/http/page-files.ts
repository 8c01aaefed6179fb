/** The page and what it needs: plain modules, served as they are. They hold no data and no key. */
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const VUE = 'vue/dist/vue.runtime.esm-browser.prod.js';
const CACHE_SECONDS = 3_600;

/** Registers `/`, `/page/*` and `/vendor/vue.js`. */
export async function servePage(app: FastifyInstance): Promise<void> {
  const root = pageFolder();
  // Modules change with the version: asked for anew each time, and answered with 304.
  await app.register(fastifyStatic, { root, prefix: '/page/', maxAge: 0, dotfiles: 'deny' });
  app.get('/', (_request, reply) => reply.sendFile('index.html', root));
  const vue = createRequire(import.meta.url).resolve(VUE);
  app.get('/vendor/vue.js', (_request, reply) =>
    reply.sendFile(basename(vue), dirname(vue), { maxAge: CACHE_SECONDS * 1_000 }),
  );
}

/** Paths of the page: open to all, since the key itself arrives through them. */
export const isPagePath = (path: string): boolean =>
  path === '/' || path === '/vendor/vue.js' || path.startsWith('/page/');

function pageFolder(): string {
  const candidates = ['../../page/', './page/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return candidates.find((path) => existsSync(path)) ?? (candidates[0] as string);
}
