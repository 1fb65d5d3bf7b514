/** How much a charger takes in one message; what is not known bounds nothing. */
export interface ItemLimits {
  items: number;
  /** Of the whole message. */
  bytes: number;
}

/** The frame around the items: its type, id, action and brackets. */
const FRAME_BYTES = 100;

/** Deals items out to as many messages as it takes (OCPP 2.0.1 part 2, ItemsPerMessage and BytesPerMessage). */
export function inMessages<Item>(items: readonly Item[], { items: most, bytes: room }: ItemLimits): Item[][] {
  const messages: Item[][] = [];
  let bytes = Infinity;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    const current = messages.at(-1);
    // One item that is too large for any message is for the charger to refuse.
    if (!current || current.length >= most || bytes + size > room) {
      messages.push([item]);
      bytes = FRAME_BYTES + size;
    } else {
      current.push(item);
      bytes += size;
    }
  }
  return messages;
}
