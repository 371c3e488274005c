/** What a deployment fills in. */
export const config = {
  /** CloudBase environment id; empty means the default environment of this mini-program. */
  cloudEnvId: '',
};
