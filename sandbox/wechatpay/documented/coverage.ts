/** docs/coverage.md: how far each API is simulated, and the source for it. */
import { familyEndpoints } from '../families.ts';
import { documentedEndpoints } from './endpoints.ts';
import { documentedApis } from './facts.ts';
import { patternOf } from './pattern.ts';

const head = `# What stands behind each API of the sandbox

[中文说明](fidelity.zh-CN.md)

Made from the code, in the repository by \`npx tsx scripts/coverage.ts\`; a test compares it with the code.

- **behaviour**: rules, state and consequences are simulated. What is checked against which page: [fidelity.md](fidelity.md).
- **shape, audited**: method, headers, signature and fields are checked, unknown and missing fields and other values than the
  documented ones are refused; the answer is an example.
- **shape**: the same, but what is required and which values there are only becomes a warning of the exchange record, since the
  data may be wrong there; a wrong type, a length or a sensitive field that does not decrypt is refused.

The header \`Sandbox-Fidelity\` of each answer says \`behaviour\` or \`shape\`. The facts of the APIs with a shape are from
[wechatpay-openapi](https://github.com/TheNorthMemory/wechatpay-openapi) (MIT), corrected by the official pages; where the two disagree the
page wins. APIs of other hosts (\`/v3/global/…\`) are left out.

本表由代码生成，列出每个接口的模拟程度：**behaviour** 按规则模拟，有状态、有后果；**shape, audited** 检查方法、请求头、签名和字段，多余、缺少或取值不在文档内的
字段会被拒绝，应答是示例；**shape** 同上，但必填项和取值只作为请求记录里的警告。应答头 \`Sandbox-Fidelity\` 就是其中的 \`behaviour\` 或 \`shape\`。
`;

export function coverageText(): string {
  const facts = new Map(documentedApis().map((api) => [patternOf(api.route), api]));
  const endpoints = [...familyEndpoints, ...documentedEndpoints(familyEndpoints)];
  const rows = endpoints.map(({ method, path, name, fidelity }) => {
    const known = facts.get(patternOf(`${method} ${path}`));
    const level = fidelity === 'shape' ? (known?.audited ? 'shape, audited' : 'shape') : '**behaviour**';
    return {
      path,
      method,
      name: name.replaceAll('|', '\\|'),
      level,
      source: sourceOf(known?.page, fidelity),
    };
  });
  rows.sort((a, b) => order(a.path, b.path) || order(a.method, b.method));
  const counts = ['**behaviour**', 'shape, audited', 'shape'].map(
    (level) => `${rows.filter((row) => row.level === level).length} ${level}`,
  );
  const lines = rows.map(
    ({ path, method, name, level, source }) => `| ${method} ${path} | ${name} | ${level} | ${source} |`,
  );
  return `${head}\n${rows.length} APIs: ${counts.join(', ')}.\n\n| API | name | level | source |\n|---|---|---|---|\n${lines.join('\n')}\n`;
}

function sourceOf(page: string | undefined, fidelity: 'shape' | undefined): string {
  const linked = page === undefined ? [] : [`[page](https://pay.weixin.qq.com/${page})`];
  return (
    [...(fidelity === 'shape' ? [] : ['[fidelity.md](fidelity.md)']), ...linked].join(', ') || 'openapi data'
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
