/** uploadMedia: sends an application's pictures and videos from cloud storage to WeChat Pay, then deletes them. */

import { userFunction } from '../../shared/app/entry.ts';
import { mediaPorts } from '../../shared/app/media.ts';
import { answerUploadMedia } from '../../shared/merchants/media.ts';

export const main = userFunction('uploadMedia', ({ app, openid, event }) =>
  answerUploadMedia(mediaPorts(app), openid, event),
);
