/** Pictures and videos of an application: from cloud storage to WeChat Pay, and gone from cloud storage. */
import { answerUploadMedia } from '../../shared/commerce/onboarding/media.ts';
import { userFunction } from '../../shared/wiring/entry.ts';
import { mediaPorts } from '../../shared/wiring/media.ts';

export const main = userFunction('uploadMedia', ({ app, openid, event }) =>
  answerUploadMedia(mediaPorts(app), openid, event),
);
