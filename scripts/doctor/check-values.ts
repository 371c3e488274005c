/** Each variable by itself: is it there, and can it be read. */
import { variableOf } from '../../shared/cloudbase/accounts.ts';
import type { VariableProblem } from '../../shared/cloudbase/config.ts';
import type { AccountKind } from '../../shared/core/account.ts';
import { isRequired } from '../env/functions.ts';
import type { Text } from '../env/text.ts';
import { checkValue, isUsedBy, type VariableDefinition, variables } from '../env/variables.ts';
import type { Finding } from './finding.ts';

export type Values = Readonly<Record<string, string | undefined>>;

export function checkValues(values: Values, accounts: readonly AccountKind[]): Finding[] {
  if (accounts.length === 0) return [noAccount()];
  return [
    ...variables
      .filter(({ kinds }) => isUsedBy(accounts, kinds))
      .flatMap((each) => checkOne(each, values, accounts)),
    ...(['direct', 'ecommerce'] as const).flatMap((kind) => checkPair(kind, values)),
    ...checkAccess(values),
  ];
}

/** An access token needs the AppSecret. */
function checkAccess(values: Values): Finding[] {
  if (values.WECHAT_API_ACCESS !== 'token' || values.WECHAT_APP_SECRET) return [];
  return [
    {
      id: 'app-secret-missing',
      level: 'error',
      variable: 'WECHAT_APP_SECRET',
      what: { zh: '未设置。', en: 'It is not set.' },
      why: {
        zh: 'WECHAT_API_ACCESS=token 用 AppSecret 换取 access_token。',
        en: 'WECHAT_API_ACCESS=token gets its access token by the AppSecret.',
      },
      fix: {
        zh: '执行：npm run setup -- --app-secret-file FILE；或清空 WECHAT_API_ACCESS（不录入发货信息）。',
        en: 'Run: npm run setup -- --app-secret-file FILE; or empty WECHAT_API_ACCESS (no shipping information is uploaded).',
      },
    },
  ];
}

/** How to set a variable again. */
function setAgain({ flag, input, kinds }: VariableDefinition, accounts: readonly AccountKind[]): Text {
  const account = accounts.find((each) => kinds?.includes(each));
  const kind = account ? ` --kind ${account}` : '';
  const argument = input === 'file' ? 'FILE' : 'VALUE';
  const command =
    flag === 'kind'
      ? 'npm run setup -- --kind partner|ecommerce'
      : `npm run setup --${kind} --${flag} ${argument}`;
  return { zh: `执行：${command}`, en: `Run: ${command}` };
}

function checkOne(
  definition: VariableDefinition,
  values: Values,
  accounts: readonly AccountKind[],
): Finding[] {
  const { name } = definition;
  const text = values[name];
  if (text === undefined || text === '') return missing(definition, accounts);
  const problem = checkValue(definition, text);
  return problem ? [invalid(definition, problem, accounts)] : [];
}

function missing(definition: VariableDefinition, accounts: readonly AccountKind[]): Finding[] {
  const { name, about } = definition;
  const common = { variable: name, why: about };
  const what = { zh: '未设置。', en: 'It is not set.' };
  if (name === 'WECHATPAY_NOTIFY_URL') {
    const fix = {
      zh: '首次部署前执行 npm run provision，它会查出地址并写入 .env.local。',
      en: 'Run npm run provision before the first deployment: it finds the address and writes it into .env.local.',
    };
    return [{ id: 'notify-url-missing', level: 'warning', ...common, what, fix }];
  }
  if (!isRequired(name, accounts)) return [];
  return [{ id: 'variable-missing', level: 'error', ...common, what, fix: setAgain(definition, accounts) }];
}

function invalid(
  definition: VariableDefinition,
  problem: VariableProblem,
  accounts: readonly AccountKind[],
): Finding {
  return {
    id: 'variable-invalid',
    level: 'error',
    variable: definition.name,
    what: { zh: '值无法使用。', en: 'The value cannot be used.' },
    why: { zh: problem.messageZh, en: problem.message },
    fix: setAgain(definition, accounts),
  };
}

/** An id without its key, or a key without its id, can verify nothing. */
function checkPair(kind: AccountKind, values: Values): Finding[] {
  const id = variableOf(kind, 'PUBLIC_KEY_ID');
  const key = variableOf(kind, 'PUBLIC_KEY');
  if (Boolean(values[id]) === Boolean(values[key])) return [];
  return [
    {
      id: 'public-key-incomplete',
      level: 'error',
      variable: values[id] ? key : id,
      what: {
        zh: '微信支付公钥与公钥 ID 只设置了一个。',
        en: 'Only one of the WeChat Pay public key and its id is set.',
      },
      why: {
        zh: '应答和回调按公钥 ID 选择公钥验签，缺一不可。',
        en: 'Answers and callbacks name the key by its id: one without the other verifies nothing.',
      },
      fix: {
        zh: '在商户平台「账户中心 → API安全 → 微信支付公钥」查看公钥 ID 并下载公钥，两项一起设置：npm run setup -- --public-key FILE --public-key-id ID',
        en: 'Both are at pay.weixin.qq.com under 账户中心 → API安全 → 微信支付公钥. Set them together: npm run setup -- --public-key FILE --public-key-id ID',
      },
    },
  ];
}

function noAccount(): Finding {
  return {
    id: 'account-missing',
    level: 'error',
    what: { zh: '还没有任何微信支付账号。', en: 'No WeChat Pay account is set up.' },
    why: {
      zh: '没有设置 WECHATPAY_DIRECT_MCHID，也没有设置 WECHATPAY_PROVIDER_MCHID。',
      en: 'Neither WECHATPAY_DIRECT_MCHID nor WECHATPAY_PROVIDER_MCHID is set.',
    },
    fix: { zh: '执行 npm run setup，它会逐项询问。', en: 'Run npm run setup: it asks for what is needed.' },
  };
}
