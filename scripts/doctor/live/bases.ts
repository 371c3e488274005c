import { apiBases } from '../../../shared/cloudbase/env-parsers.ts';

const officialBases = ['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com'];

/** The hosts to ask, the first one preferred. @throws ValueError */
export function basesOf(text: string | undefined): readonly string[] {
  return text ? apiBases(text) : officialBases;
}
