import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parseEnvFile } from './dotenv.ts';
import { renderExample } from './example.ts';
import { variables } from './variables.ts';

const file = join(fileURLToPath(import.meta.url), '../../../.env.example');

it('.env.example explains every variable, and no other', () => {
  const text = readFileSync(file, 'utf8');
  expect(text).toBe(renderExample());
  const { entries, problems } = parseEnvFile(text);
  expect(problems).toEqual([]);
  expect([...entries.keys()]).toEqual(variables.map(({ name }) => name));
});
