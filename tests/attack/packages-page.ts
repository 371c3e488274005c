/** docs/packages.md: what is deployed, by script and by package. */
import { deployedPackages } from './deployed-packages.ts';
import { type DeployedScripts, licenceOf } from './deployed-scripts.ts';

const heading = `# Deployed packages · 部署包清单

Made by \`npx tsx scripts/packages.ts\`; a test compares it with what the bundler puts into each script, and with the argued list
(\`tests/attack/deployed-packages.ts\`). Whatever else is in package.json is used to build and test only, and is not deployed.

由 \`npx tsx scripts/packages.ts\` 生成；有测试把它与打包结果和逐项论证的清单（\`tests/attack/deployed-packages.ts\`）逐一比对。package.json 中的其余依赖只用于构建和测试，不会部署。

Advisories are those found in public issue threads and release notes in November 2026; no database of them was asked. \`npm audit\` asks for
those of today.
安全公告取自 2026 年 11 月公开的 issue 和版本说明，没有查询公告数据库；当天的公告请用 \`npm audit\` 查询。
`;

export function packagesPage({ scripts, folders }: DeployedScripts): string {
  const groups = new Map<string, string[]>();
  for (const { name, packages, beside } of scripts) {
    const holds = `${packages.join(', ') || 'none · 无'} | ${beside.map((each) => `${each}.js`).join(', ')}`;
    groups.set(holds, [...(groups.get(holds) ?? []), name]);
  }
  const rows = [...folders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, folder]) => rowOf(id, folder));
  return `${heading}
## By script · 按脚本

| script · 脚本 | packages in it · 内含的包 | scripts beside it · 同目录脚本 |
|---|---|---|
${[...groups].map(([holds, names]) => `| ${names.join(', ')} | ${holds} |`).join('\n')}

## By package · 按包

| package · 包 | licence · 许可证 | needed by · 用于 | what it does · 作用 | known advisories · 已知公告 |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

function rowOf(id: string, folder: string): string {
  const known = deployedPackages[id];
  if (!known) return `| ${id} | | | not argued yet · 尚未论证 | |`;
  const { licence = licenceOf(folder), does, unchanged, advisories } = known;
  const notes = [does, ...(unchanged ? [`Without a release in years: ${unchanged}`] : [])].join(' ');
  return `| ${id} | ${licence} | ${known.for} | ${notes} | ${advisories ?? 'none found · 未发现'} |`;
}
