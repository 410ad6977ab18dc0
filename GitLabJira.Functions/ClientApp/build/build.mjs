// Builds the pages for the app's build: packages when the lock file has changed, then the bundle when anything has.
// One build at a time per clone: projects that build in parallel would tear each other's files apart. Stamps name contents, so a checkout of another version builds again.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, rmdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(folder, 'dist');
const fresh = join(folder, 'dist.new');
const packagesStamp = join(folder, 'node_modules', '.restored');
const bundleStamp = join(dist, '.built');
const guard = join(tmpdir(), `page-build-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`);
const staleAfter = 10 * 60 * 1000;
const compressible = /\.(js|css|svg|html)$/;

/** A program said itself what is wrong. */
class Failed extends Error {}

const files = (place) => readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
const hash = (paths) => paths.reduce((sum, path) => sum.update(relative(folder, path)).update('\0').update(readFileSync(path)), createHash('sha256')).digest('hex');
const sources = () => [
  ...['src', 'build', 'gitlab', 'branches'].flatMap((name) => files(join(folder, name))),
  ...readdirSync(folder).filter((name) => /\.(html|json|ts)$/.test(name)).map((name) => join(folder, name)),
].filter((path) => !/\.test\.tsx?$/.test(path));
const stands = (stamp, wanted) => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
// npm's and Vite's own programs run under this Node: npm is a script with another name on Windows.
const run = (...command) => {
  try {
    execFileSync(command[0], command.slice(1), { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
  } catch {
    throw new Failed();
  }
};

function enter() {
  try {
    mkdirSync(guard);
    return true;
  } catch {
    try {
      if (Date.now() - statSync(guard).mtimeMs > staleAfter) rmdirSync(guard);
    } catch {
      // Whoever held it has just left.
    }
    return false;
  }
}

function restore() {
  const wanted = hash([join(folder, 'package-lock.json')]);
  if (stands(packagesStamp, wanted)) return;
  run('npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error');
  writeFileSync(packagesStamp, wanted);
}

/** Compressed once here, so that no request pays for it; the sizes are what a browser loads. */
function compress() {
  const sizes = [];
  for (const path of files(fresh)) {
    if (!compressible.test(path) || path.endsWith('.html')) continue;
    const content = readFileSync(path);
    const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } });
    const gzip = gzipSync(content, { level: 9 });
    writeFileSync(`${path}.br`, brotli);
    writeFileSync(`${path}.gz`, gzip);
    sizes.push({ path: relative(fresh, path).replaceAll('\\', '/'), raw: content.length, gzip: gzip.length, brotli: brotli.length });
  }
  return sizes;
}

const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`.padStart(11);

/** What the page of a name loads before it shows anything, by its HTML. */
function firstLoad(sizes, page) {
  const html = readFileSync(join(fresh, page), 'utf8');
  const scripts = sizes.filter(({ path }) => path.endsWith('.js') && html.includes(path.split('/').pop()));
  return scripts.reduce((sum, { gzip, brotli }) => ({ gzip: sum.gzip + gzip, brotli: sum.brotli + brotli }), { gzip: 0, brotli: 0 });
}

function print(sizes) {
  console.log(`${'brotli'.padStart(11)}${'gzip'.padStart(11)}${'raw'.padStart(11)}`);
  for (const { path, raw, gzip, brotli } of sizes.sort((a, b) => b.brotli - a.brotli)) console.log(`${kib(brotli)}${kib(gzip)}${kib(raw)}  ${path}`);
  for (const page of ['configuration.html', 'branches/create-branch.html']) {
    const { gzip, brotli } = firstLoad(sizes, page);
    console.log(`${kib(brotli)}${kib(gzip)}             script on the first load of ${page}`);
  }
}

function bundle() {
  const wanted = hash(sources());
  if (stands(bundleStamp, wanted)) return;
  rmSync(fresh, { recursive: true, force: true });
  run(process.execPath, join(folder, 'node_modules/typescript/bin/tsc'), '--noEmit');
  run(process.execPath, join(folder, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn', '--outDir', fresh, '--emptyOutDir');
  print(compress());
  writeFileSync(join(fresh, '.built'), wanted);
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
}

for (;;) {
  if (!enter()) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    continue;
  }
  try {
    restore();
    if (!process.argv.includes('--packages-only')) bundle();
    // The app's build compares times.
    for (const stamp of [packagesStamp, bundleStamp]) if (existsSync(stamp)) utimesSync(stamp, new Date(), new Date());
  } catch (thrown) {
    if (!(thrown instanceof Failed)) throw thrown;
    process.exitCode = 1;
  } finally {
    rmdirSync(guard);
  }
  break;
}
