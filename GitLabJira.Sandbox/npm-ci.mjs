// `npm ci` when the lock file has changed, for one build at a time: parallel builds of one clone would tear each other's node_modules apart.
// The stamp names the lock file's content, so that a checkout of another version installs again.
import { execSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const stamp = join(folder, 'node_modules', '.restored');
const guard = join(tmpdir(), `npm-ci-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`);
const wanted = createHash('sha256').update(readFileSync(join(folder, 'package-lock.json'))).digest('hex');
const staleAfter = 10 * 60 * 1000;

const restored = () => {
  try {
    return readFileSync(stamp, 'utf8') === wanted;
  } catch {
    return false;
  }
};

const enter = () => {
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
};

while (!restored()) {
  if (!enter()) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    continue;
  }
  try {
    if (!restored()) {
      execSync('npm ci --no-audit --no-fund --loglevel=error', { cwd: folder, stdio: 'inherit' });
      writeFileSync(stamp, wanted);
    }
  } finally {
    rmdirSync(guard);
  }
}
