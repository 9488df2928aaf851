// One watched topic: what was seen of it last, and the page it is shown on.

/** After so many frames the server hears how far we are; without that it stops at 64. */
const SEEN_EVERY = 32;

export class Topic {
  /** page: {snapshot(data), event(data)}. exact: its numbers are wanted as they are written. */
  constructor(name, filter, page, exact = false) {
    this.name = name;
    this.filter = filter;
    this.page = page;
    this.exact = exact;
    this.epoch = null;
    this.seq = 0;
    // Somewhere in between: a thousand pages that came at once would all say it at once, again and again.
    this.unseen = Math.floor(Math.random() * SEEN_EVERY);
    this.asked = undefined; // the id of the newest command about it
  }

  /** The command that starts it, or goes on where it was cut. */
  subscribe() {
    const command = { type: "subscribe", topic: this.name };
    if (Object.keys(this.filter).length) command.filter = this.filter;
    if (this.epoch !== null) command.since = { epoch: this.epoch, seq: this.seq };
    return command;
  }

  /** Show a frame; answers with the command the server is to hear next, if any. */
  receive(frame) {
    if (frame.type === "event") {
      if (frame.epoch !== this.epoch || frame.seq !== this.seq + 1) return this.startOver();
      this.page.event(frame.data);
    } else {
      this.page.snapshot(frame.data);
    }
    this.epoch = frame.epoch;
    this.seq = frame.seq;
    this.unseen += 1;
    if (this.unseen < SEEN_EVERY) return null;
    this.unseen = 0;
    return { type: "seen", topic: this.name, seq: this.seq };
  }

  /** A gap: what was missed is asked for as a whole. */
  startOver() {
    this.epoch = null;
    return this.subscribe();
  }
}
