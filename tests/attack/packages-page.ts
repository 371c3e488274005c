/** docs/packages.md: what is deployed, by script and by package. */
import { type Both, type DeployedPackage, deployedPackages } from './deployed-packages.ts';
import { type DeployedScripts, licenceOf } from './deployed-scripts.ts';

const heading = `# Deployed packages · 部署包清单

Made by \`npx tsx scripts/packages.ts\`; a test compares it with what the bundler puts into each script, and with the argued list
(\`tests/attack/deployed-packages.ts\`). Whatever else is in package.json is used to build and test only, and is not deployed.

由 \`npx tsx scripts/packages.ts\` 生成；有测试把它与打包结果和逐项论证的清单（\`tests/attack/deployed-packages.ts\`）逐一比对。package.json 中的其余依赖只用于构建和测试，不会部署。

Advisories are those found in public issue threads and release notes on 28 November 2026, each with a version that is said to have the fix; no
database of advisories was asked. None found is not none. \`npm audit\` asks for those of today.
安全公告取自 2026 年 11 月 28 日公开的 issue 和版本说明，每条注明据称已修复的版本，没有查询公告数据库；「未发现」不等于没有。当天的公告请用 \`npm audit\` 查询。
`;

const withoutLicence = `## A package without a licence · 没有许可证的包

\`@cloudbase/signature-nodejs\` declares no licence: neither the metadata of any of its four releases on npm nor any file in them names one, and its
repository is internal to Tencent. @cloudbase/node-sdk, wx-server-sdk (both MIT) and @cloudbase/database (ISC) declare one, and the first two depend on it.

It cannot be left out. A function signs each request to CloudBase with the temporary key that the platform gives it; without the package the
first database request throws. It would make sdk.js 9 KB smaller, of 274 KB. The SDK also calls it when an API key (\`CLOUDBASE_APIKEY\`)
is set, and then sends the key instead; such a key lasts, the temporary one does not.

This repository does not contain it: npm installs it from Tencent, and the deployment copies it into functions of your own, which is what Tencent
publishes it for. A copy that you give to others, for instance a built function in an image, would contain it. If your rules forbid that,
ask Tencent Cloud by a ticket, or build from source where it runs.

\`@cloudbase/signature-nodejs\` 没有声明许可证：它在 npm 上的四个版本，元数据和包内文件都没有写明，代码仓库在腾讯内部。
依赖它的 @cloudbase/node-sdk 和 wx-server-sdk 为 MIT，@cloudbase/database 为 ISC。

它不能去掉。云函数用平台给的临时密钥为每个发往云开发的请求签名；去掉后第一次数据库请求就会抛出错误。去掉它只能让 274 KB 的 sdk.js 减少 9 KB。
设置 API 密钥（\`CLOUDBASE_APIKEY\`）时 SDK 仍会调用它，只是改为发送该密钥；而 API 密钥长期有效，临时密钥不是。

本仓库不包含它：由 npm 从腾讯发布的包安装，部署时复制到您自己的云函数中，这正是腾讯发布它的用途。如果您把构建产物交给他人（例如包含云函数的镜像），其中会有它。
若贵司规定不允许，请通过工单询问腾讯云，或在运行的地方从源码构建。
`;

export function packagesPage({ scripts, folders }: DeployedScripts): string {
  const groups = new Map<string, string[]>();
  for (const { name, packages, beside } of scripts) {
    const holds = `${packages.join(', ') || 'none · 无'} | ${beside.map((each) => `${each}.js`).join(', ')}`;
    groups.set(holds, [...(groups.get(holds) ?? []), name]);
  }
  const rows = [...folders]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, folder]) => rowOf(id, folder, placesOf(scripts, id)));
  return `${heading}
## By script · 按脚本

| script · 脚本 | packages in it · 内含的包 | scripts beside it · 同目录脚本 |
|---|---|---|
${[...groups].map(([holds, names]) => `| ${names.join(', ')} | ${holds} |`).join('\n')}

## By package · 按包

| package · 包 | licence · 许可证 | in · 所在脚本 | what it does · 作用 | known advisories, by a version with the fix · 已知公告（按已修复的版本） |
|---|---|---|---|---|
${rows.join('\n')}

${withoutLicence}`;
}

/** The shared scripts and, all together, the functions that have it. */
function placesOf(scripts: DeployedScripts['scripts'], id: string): string {
  const holders = scripts.filter(({ packages }) => packages.includes(id)).map(({ name }) => name);
  const shared = ['sdk', 'wx-sdk'].filter((name) => holders.includes(name));
  const places = shared.map((name) => `${name}.js`);
  return [...(holders.length > shared.length ? ['functions · 云函数'] : []), ...places].join(', ');
}

function rowOf(id: string, folder: string, places: string): string {
  const known = deployedPackages[id];
  if (!known) return `| ${id} | | ${places} | not argued yet · 尚未论证 | |`;
  const licence = licenceOf(folder) ?? 'none, see below · 无，见下文';
  const notes = [text(known.does)];
  if (known.unchanged) {
    const [en, zh] = known.unchanged;
    notes.push(text([`Without a release in years: ${en}`, `多年没有新版本：${zh}`]));
  }
  return `| ${id} | ${licence} | ${places} | ${notes.join('<br>')} | ${advisoriesOf(known)} |`;
}

function advisoriesOf({ fixed = {}, malicious, exposure }: DeployedPackage): string {
  const notes = Object.entries(fixed).map(([version, names]) => `${version}: ${names.join(', ')}`);
  if (malicious) {
    const releases = malicious.join(', ');
    notes.push(text([`Malicious releases were ${releases} only.`, `只有 ${releases} 是恶意版本。`]));
  }
  if (notes.length === 0) notes.push('none found · 未发现');
  if (exposure) notes.push(text(exposure));
  return notes.join('<br>');
}

function text([en, zh]: Both): string {
  return `${en} ${zh}`;
}
