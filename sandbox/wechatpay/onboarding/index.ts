/** 进件: everything an applicant, a reviewer and a signer do, on top of the simulator. */
export { onboardingControl } from './control.ts';
export { onboardingEndpoints } from './endpoints.ts';
export { resumeApplications } from './states.ts';
