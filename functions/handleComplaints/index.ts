/** handleComplaints: operators read and answer payers' complaints, and see WeChat Pay's penalties. */

import { complaintPorts } from '../../shared/app/complaints.ts';
import { operatorFunction } from '../../shared/app/entry.ts';
import { handleComplaints } from '../../shared/payments/complaints/handle-complaints.ts';

export const main = operatorFunction('handleComplaints', ({ app, openid, event }) =>
  handleComplaints(complaintPorts(app), openid ?? null, event),
);
