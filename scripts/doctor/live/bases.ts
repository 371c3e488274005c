import { apiBases } from '../../../shared/cloudbase/env-parsers.ts';
import { officialBases } from '../../../shared/wechatpay/http/client.ts';

/** The hosts to ask, the first one preferred. @throws ValueError */
export function basesOf(text: string | undefined): readonly string[] {
  return text ? apiBases(text) : officialBases;
}
