/** Messages that wait, by sender: each sender's in their order, senders in turn. */
export class SenderLane<Message> {
  readonly #bySender = new Map<string, Message[]>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(sender: string, message: Message): void {
    const own = this.#bySender.get(sender);
    if (own) own.push(message);
    else this.#bySender.set(sender, [message]);
    this.#length += 1;
  }

  /** The oldest message of the sender whose turn it is. */
  next(): { readonly sender: string; readonly message: Message } | undefined {
    for (const [sender, own] of this.#bySender) {
      const message = own.shift();
      this.#bySender.delete(sender);
      if (own.length > 0) this.#bySender.set(sender, own);
      if (message === undefined) continue;
      this.#length -= 1;
      return { sender, message };
    }
    return undefined;
  }

  /** Takes back what a sender said last. */
  dropNewest(sender: string): Message | undefined {
    const own = this.#bySender.get(sender);
    const message = own?.pop();
    if (own?.length === 0) this.#bySender.delete(sender);
    if (message !== undefined) this.#length -= 1;
    return message;
  }
}
