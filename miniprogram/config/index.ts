/** Settings to fill in for a deployment. */
export const config = {
  /** CloudBase environment id; empty means the default environment of this mini-program. */
  cloudEnvId: '',
};
