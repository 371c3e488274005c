import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';

/** The content, or undefined when there is no such file. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Replaces a file that only its owner may read. Whenever this is interrupted, the file is the old one or the new one,
 * whole: the content is on the disk under another name before it is renamed.
 */
export function writePrivateFile(file: string, content: string): void {
  const target = followLink(file);
  const draft = `${target}.${process.pid}.draft`;
  rmSync(draft, { force: true });
  try {
    const descriptor = openSync(draft, 'wx', 0o600);
    try {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** A link stays a link: what it points to is replaced. */
function followLink(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
