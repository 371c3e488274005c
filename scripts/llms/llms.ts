/** The documents of the repository as language models look for them: https://llmstxt.org. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const introduction = `# wechatpay-cloudbase

> WeChat Pay v3 (微信支付 APIv3) for mini-programs on Tencent CloudBase, in TypeScript: cloud functions that take payments, the mini-program that requests them, and a local sandbox that signs, encrypts, retries callbacks and refuses like the real one. The sandbox is also the npm package wechatpay-sandbox, for programs in any language.

Amounts are integers in fen. Never put real merchant keys into the sandbox, a prompt or a test. Every document marked 中文 exists in Chinese too.

A backend in any language is tested with \`npx wechatpay-sandbox accept\`: \`--place\`, \`--paid\`, \`--effects\` and \`--refund\` are the shell commands that drive it, and \`--notify-url URL --account direct\` alone checks its callback address.
`;

interface Section {
  readonly title: string;
  readonly holds: (file: string) => boolean;
}

/** A document is listed in the first section that holds it. */
const sections: readonly Section[] = [
  { title: 'Start here', holds: (file) => /^README\.md$|SKILL\.md$|^docs\/architecture\.md$/.test(file) },
  { title: 'Guides', holds: (file) => file.startsWith('docs/guides/') },
  { title: 'Sandbox', holds: (file) => /^sandbox\/|^docs\/(?!mutation)[^/]+\.md$/.test(file) },
  { title: 'Packages', holds: (file) => file.startsWith('shared/') },
  // Under this name a reader with little room may skip it.
  { title: 'Optional', holds: () => true },
];

/** Every document in English, in the order in which it is listed; relative to the root. */
export function documents(root: string): string[] {
  const below = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  const readmes = ['shared', 'sandbox'].flatMap((room) =>
    readdirSync(join(root, room)).map((name) => join(room, name, 'README.md')),
  );
  return ['README.md', ...below('docs').sort(), ...readmes.sort()].filter(
    (file) => file.endsWith('.md') && !file.endsWith('.zh-CN.md') && existsSync(join(root, file)),
  );
}

export function llmsText(root: string): string {
  const all = documents(root);
  const parts = sections.map(({ title, holds }, index) => {
    const own = all.filter((file) => holds(file) && !sections.slice(0, index).some((one) => one.holds(file)));
    return `## ${title}\n\n${own.map((file) => line(root, file)).join('\n')}\n`;
  });
  return [introduction, ...parts].join('\n');
}

function line(root: string, file: string): string {
  const text = readFileSync(join(root, file), 'utf8');
  const title = /^# (.+)$/m.exec(text)?.[1] ?? file;
  const chinese = file.replace(/\.md$/, '.zh-CN.md');
  const other = existsSync(join(root, chinese)) ? ` ([中文](${chinese}))` : '';
  return `- [${title}](${file}): ${occasion(root, file) ?? description(text)}${other}`;
}

/** When a guide is needed, by the table of the guides. */
function occasion(root: string, file: string): string | undefined {
  const [, name] = /^docs\/guides\/(.+)$/.exec(file) ?? [];
  const rows = readFileSync(join(root, 'docs/guides/README.md'), 'utf8').split('\n');
  return rows
    .find((row) => row.includes(`](${name}) |`))
    ?.split('|')[1]
    ?.trim();
}

/** What the front matter says, or the first sentence of the first paragraph. */
function description(text: string): string {
  const stated = /^description: (.+)$/m.exec(text.startsWith('---') ? text : '')?.[1];
  if (stated !== undefined) return stated;
  const [paragraph = ''] = text
    .split(/\n\n+/)
    .filter((part) => !/^(#|\[?中文|---|\||```|!)/.test(part))
    .map((part) => part.replaceAll('\n', ' '));
  const plain = paragraph.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replaceAll('**', '');
  return /^.+?\.(?=\s|$)/.exec(plain.replace(/^Decision\.\s+/, ''))?.[0] ?? plain;
}
