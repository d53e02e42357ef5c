/** A message's size limit on the wire, in bytes: a batch or a snapshot is split before it is larger. */
export const MAX_MESSAGE_BYTES = 48 * 1024;
