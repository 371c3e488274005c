/**
 * Stands in for shared/cloudbase/files.ts under the functions, in the simulation's bundle: what an app of the simulation
 * has in place of the SDK is its files.
 */
import type { Files } from '../../shared/cloudbase/files.ts';
import type { SdkLoader } from '../../shared/cloudbase/sdk.ts';

/** For `createApp`. */
export function sdkWith(files: Files): SdkLoader {
  return (async () => files) as unknown as SdkLoader;
}

export function createFiles(sdk: SdkLoader): Files {
  const files = async () => (await sdk()) as unknown as Files;
  return {
    download: async (fileID, limitBytes) => (await files()).download(fileID, limitBytes),
    remove: async (fileID) => (await files()).remove(fileID),
  };
}
