/** The documents of the deployed shop, from this machine: the same adapter as the functions', with the team's credentials. */
import type { CloudBase } from '@cloudbase/node-sdk';
import { createDocuments } from '../../shared/cloudbase/documents.ts';
import type { Documents } from '../../shared/core/ports.ts';
import type { Credentials } from './credentials.ts';

const timeoutMs = 15_000;

/** docs.cloudbase.net/api-reference/server/node-sdk/initialization: outside of a function, credentials are given. */
export function openData(
  envId: string,
  { secretId, secretKey, token }: Credentials,
  shell: Readonly<Record<string, string | undefined>>,
): Documents {
  const region = shell.TENCENTCLOUD_REGION;
  let opened: Promise<CloudBase> | undefined;
  const open = async () => {
    const { default: tcb } = await import('@cloudbase/node-sdk');
    return tcb.init({
      env: envId,
      secretId,
      secretKey,
      timeout: timeoutMs,
      ...(token && { sessionToken: token }),
      ...(region && { region }),
    });
  };
  const sdk = () => {
    opened ??= open();
    return opened;
  };
  return createDocuments(sdk, console);
}
