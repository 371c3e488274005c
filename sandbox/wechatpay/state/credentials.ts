import type { AccountCredentials, Credentials, ProviderCredentials } from '../index.ts';
import type { MerchantKind } from './merchants.ts';
import type { World } from './state.ts';

/** What GET /_sandbox/credentials tells: the first merchant of each kind. */
export function credentialsOf(world: World): Credentials {
  const provider = (kind: MerchantKind) => providerOf(world, kind);
  // A config file may leave a kind out; then it is absent here too.
  return {
    direct: accountOf(world, 'direct'),
    partner: provider('partner'),
    ecommerce: provider('ecommerce'),
  } as Credentials;
}

function accountOf(world: World, kind: MerchantKind): AccountCredentials | undefined {
  const merchant = [...world.merchants.values()].find((one) => one.kind === kind);
  if (!merchant) return undefined;
  const publicKey = world.platform.publicKey();
  return {
    appid: merchant.appids[0]!,
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

function providerOf(world: World, kind: MerchantKind): ProviderCredentials | undefined {
  const account = accountOf(world, kind);
  if (!account) return undefined;
  const subMerchants = [...world.subMerchants.values()]
    .filter((sub) => sub.providerMchid === account.mchid)
    .map(({ mchid, name, appids }) => ({ subMchid: mchid, name, appids }));
  return { ...account, subMerchants };
}
