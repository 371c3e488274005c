/** handleComplaints: operators read and answer what payers complain about, and see what WeChat Pay punished. */

import { complaintPorts } from '../../shared/app/complaints.ts';
import { operatorFunction } from '../../shared/app/entry.ts';
import { handleComplaints } from '../../shared/payments/complaints/handle-complaints.ts';

export const main = operatorFunction('handleComplaints', ({ app, openid, event }) =>
  handleComplaints(complaintPorts(app), openid ?? null, event),
);
