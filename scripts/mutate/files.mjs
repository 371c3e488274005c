import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const notMutated = /\.test\.ts$|\/testing\/|^shared\/contract\/|^shared\/wechatpay\/routes\/generated\//;
/** Tests that need bundles, a process of their own or a fresh one are not tried. */
const tried =
  /^(functions|shared|tests)\/(?!e2e|browser|house|simulation|guides|attack).*(?<!\.isolated)\.test\.ts$/;

/** The files with code among what was named, with those of named folders. */
export function mutable(root, named) {
  return list(root, named).filter((file) => file.endsWith('.ts') && !notMutated.test(file));
}

/** The test files that load one of the files; those in `folders`, if any are given. */
export function testsThatImport(root, files, folders) {
  const wanted = new Set(files);
  const known = new Map();
  const reaches = (file) => {
    if (wanted.has(file)) return true;
    if (known.has(file)) return known.get(file);
    known.set(file, false);
    const found = imports(root, file).some(reaches);
    known.set(file, found);
    return found;
  };
  const among = folders.length > 0 ? folders : ['functions', 'shared', 'tests'];
  return list(root, among).filter((file) => tried.test(file) && reaches(file));
}

function imports(root, file) {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)]
    .map(([, specifier]) => normalize(join(dirname(file), specifier)))
    .filter((imported) => imported.endsWith('.ts') && existsSync(join(root, imported)));
}

function list(root, paths) {
  if (paths.length === 0) return [];
  const options = { cwd: root, encoding: 'utf8' };
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', ...paths];
  return execFileSync('git', args, options)
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(root, file)));
}
