import type { AccountCredentials, Credentials, ProviderCredentials } from '../account-credentials.ts';
import { appSecretOf } from '../shipping/tokens.ts';
import type { AccountKind } from './merchants.ts';
import type { State } from './state.ts';

/** The answer of GET /_sandbox/credentials: the first merchant of each kind. */
export function credentialsOf(state: State): Credentials {
  const provider = (kind: AccountKind) => providerOf(state, kind);
  // A config file may leave a kind out; then it is absent here too.
  return {
    direct: accountOf(state, 'direct'),
    partner: provider('partner'),
    ecommerce: provider('ecommerce'),
  } as Credentials;
}

function accountOf(state: State, kind: AccountKind): AccountCredentials | undefined {
  const merchant = [...state.merchants.values()].find((one) => one.kind === kind);
  if (!merchant) return undefined;
  const publicKey = state.platform.publicKey();
  return {
    appid: merchant.appids[0]!,
    appSecret: appSecretOf(state, merchant.appids[0]!),
    mchid: merchant.mchid,
    name: merchant.name,
    serialNo: merchant.serialNo,
    privateKeyPem: merchant.privateKeyPem,
    certificatePem: merchant.certificatePem,
    apiV3Key: merchant.apiV3Key,
    publicKeyId: publicKey.id,
    publicKeyPem: publicKey.pem,
  };
}

function providerOf(state: State, kind: AccountKind): ProviderCredentials | undefined {
  const account = accountOf(state, kind);
  if (!account) return undefined;
  const subMerchants = [...state.subMerchants.values()]
    .filter((sub) => sub.providerMchid === account.mchid)
    .map(({ mchid, name, appids }) => ({ subMchid: mchid, name, appids }));
  return { ...account, subMerchants };
}
