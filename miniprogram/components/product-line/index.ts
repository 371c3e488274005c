/** One product in a cart or an order; the slot takes controls. */
Component({
  properties: {
    title: { type: String, value: '' },
    note: { type: String, value: '' },
    image: { type: String, value: '' },
    amountFen: { type: Number, value: 0 },
    /** 0 shows none */
    quantity: { type: Number, value: 0 },
  },
});
