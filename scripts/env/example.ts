/** The text of `.env.example`: every variable, in both languages. */
import { type VariableDefinition, variables } from './variables.ts';

export function renderExample(): string {
  return `${[heading, ...variables.map(explain)].join('\n\n')}\n`;
}

const heading = `# npm run setup 会生成 .env.local，无需手工填写。手工填写时：复制为 .env.local，每个变量一行，值后面不写注释。
# npm run setup writes .env.local for you. By hand: copy this file to .env.local, one line per variable, and no comment after a value.
# 终端里的同名变量优先于 .env.local。A variable of the same name in the shell wins over .env.local.
# 直连商户只需 WECHATPAY_DIRECT_*，服务商或平台只需 WECHATPAY_PROVIDER_*。
# A direct merchant needs WECHATPAY_DIRECT_* only, a service provider or platform WECHATPAY_PROVIDER_* only.`;

const uses: Record<VariableDefinition['use'], string> = {
  required: '必填 · required',
  optional: '可留空 · may be empty',
  command: '必填，仅本机使用 · required, only used on this machine',
  local: '可留空，仅本机使用 · may be empty, only used on this machine',
};

function explain({ name, use, about, example }: VariableDefinition): string {
  const sample = example === undefined ? '' : `，例如 · for example: ${example}`;
  return [`# ${about.zh}`, `# ${about.en}`, `# ${uses[use]}${sample}`, `${name}=`].join('\n');
}
