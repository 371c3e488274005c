/** Each variable by itself: is it there, and can it be read. */
import type { VariableProblem } from '../../shared/cloudbase/config.ts';
import { type Accounts, isRequired } from '../env/functions.ts';
import type { Text } from '../env/text.ts';
import { checkValue, type VariableDefinition, variables } from '../env/variables.ts';
import type { Finding } from './finding.ts';

export type Values = Readonly<Record<string, string | undefined>>;

export function checkValues(values: Values, accounts: Accounts): Finding[] {
  if (!accounts.direct && accounts.provider === undefined) return [noAccount()];
  return [
    ...variables
      .filter(({ slot }) => isOfShop(slot, accounts))
      .flatMap((each) => checkOne(each, values, accounts)),
    ...(['direct', 'provider'] as const).flatMap((slot) => checkPair(slot, values)),
  ];
}

/** How to set a variable again. */
function setAgain({ flag, input, slot }: VariableDefinition, accounts: Accounts): Text {
  const kind =
    slot === 'provider' ? ` --kind ${accounts.provider ?? 'ecommerce'}` : slot ? ' --kind direct' : '';
  const argument = input === 'file' ? 'FILE' : 'VALUE';
  const command =
    flag === 'kind'
      ? 'npm run setup -- --kind partner|ecommerce'
      : `npm run setup --${kind} --${flag} ${argument}`;
  return { zh: `执行：${command}`, en: `Run: ${command}` };
}

function isOfShop(slot: VariableDefinition['slot'], accounts: Accounts): boolean {
  if (slot === undefined) return true;
  return slot === 'direct' ? accounts.direct : accounts.provider !== undefined;
}

function checkOne(definition: VariableDefinition, values: Values, accounts: Accounts): Finding[] {
  const { name } = definition;
  const text = values[name];
  if (text === undefined || text === '') return missing(definition, accounts);
  const problem = checkValue(definition, text);
  return problem ? [invalid(definition, problem, accounts)] : [];
}

function missing(definition: VariableDefinition, accounts: Accounts): Finding[] {
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

function invalid(definition: VariableDefinition, problem: VariableProblem, accounts: Accounts): Finding {
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
function checkPair(slot: 'direct' | 'provider', values: Values): Finding[] {
  const id = `WECHATPAY_${slot.toUpperCase()}_PUBLIC_KEY_ID`;
  const key = `WECHATPAY_${slot.toUpperCase()}_PUBLIC_KEY`;
  if (Boolean(values[id]) === Boolean(values[key])) return [];
  return [
    {
      id: 'public-key-incomplete',
      level: 'error',
      variable: values[id] ? key : id,
      what: {
        zh: '微信支付公钥与公钥 ID 只设置了一个。',
        en: 'Of the WeChat Pay public key and its id only one is set.',
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
