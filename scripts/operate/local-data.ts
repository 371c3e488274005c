import type { Documents } from '../../shared/core/ports.ts';
import type { Credentials } from '../cloud/credentials.ts';
import { openData } from '../cloud/data.ts';

const defaultUrl = 'http://127.0.0.1:8420';
/** What the emulator's functions are started with; they are not checked there. */
const sandbox: Credentials = { secretId: 'sandbox', secretKey: 'sandbox', source: 'variables' };

/** The documents of a local system (`npm start`), through the same SDK and adapter as those of the cloud. */
export function openLocal(url = defaultUrl): Documents {
  // Read by the SDK when it connects: docs.cloudbase.net has no option for it.
  process.env.TCB_CONTEXT_CNFG = JSON.stringify({ URL: `${new URL(url).origin}/admin` });
  return openData('sandbox', sandbox, {});
}
