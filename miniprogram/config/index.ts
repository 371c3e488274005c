/** Settings to fill in for a deployment. */
export const config = {
  /** CloudBase environment id; empty means the default environment of this mini-program. */
  cloudEnvId: '',
  /**
   * Template of the subscribe message 订单发货提醒, as SHIPPED_TEMPLATE_ID of the functions: the payer is asked for it after
   * paying. Empty: nobody is asked.
   */
  shippedTemplateId: '',
};
