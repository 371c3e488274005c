/** Pictures and videos of an application: from cloud storage to WeChat Pay, and gone from cloud storage. */

import { userFunction } from '../../shared/app/entry.ts';
import { mediaPorts } from '../../shared/app/media.ts';
import { answerUploadMedia } from '../../shared/merchants/media.ts';

export const main = userFunction('uploadMedia', ({ app, openid, event }) =>
  answerUploadMedia(mediaPorts(app), openid, event),
);
