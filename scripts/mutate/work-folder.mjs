import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** The files by which the process that the user started and the worker know of each other's work. */
export class WorkFolder {
  constructor(path) {
    this.path = path;
    mkdirSync(path, { recursive: true });
  }

  save(name, value) {
    writeFileSync(join(this.path, `${name}.json`), JSON.stringify(value));
  }

  read(name) {
    return JSON.parse(readFileSync(join(this.path, `${name}.json`), 'utf8'));
  }

  append(name, entry) {
    appendFileSync(join(this.path, `${name}.jsonl`), `${JSON.stringify(entry)}\n`);
  }

  clear(name) {
    rmSync(join(this.path, `${name}.jsonl`), { force: true });
  }

  entries(name) {
    const file = join(this.path, `${name}.jsonl`);
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  /** When the worker last wrote what it is at. */
  lastProgress() {
    return statSync(join(this.path, 'progress.jsonl')).mtimeMs;
  }
}
