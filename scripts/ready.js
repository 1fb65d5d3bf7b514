// Plain JavaScript on purpose: it must run, and say what is missing, under a Node that is too old for the rest.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NEEDED = 26;
if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  process.stderr.write(
    `polisgrid needs Node ${NEEDED}; this is ${process.versions.node}. "npm ci" brings it along unless install scripts are denied: ` +
      'allow the one of the package "node", or install Node yourself.\n',
  );
  process.exit(1);
}
if (!existsSync(fileURLToPath(new URL('../dashboards/console/dist/index.html', import.meta.url)))) {
  process.stdout.write('The console is not built yet; building it once …\n');
  const built = spawnSync('npm', ['run', '--silent', 'prepare'], { stdio: 'inherit', shell: true });
  process.exit(built.status ?? 1);
}
