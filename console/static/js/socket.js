// The socket: opened, kept alive, opened again with growing, jittered waits, each topic going on where it was.
import { tell } from "./banner.js";
import { read } from "./json.js";

const FIRST_WAIT = 0.5;
const LONGEST_WAIT = 10;
const PING_EVERY = 5_000;
/** A ping is answered at once: after so much silence what is shown may be old. */
const BEHIND = 8_000;
const SILENCE = 20_000;
const SIGNED_OUT = 4401;
const FORBIDDEN = 4403;

export class Socket {
  constructor(topics) {
    this.topics = new Map(topics.map((topic) => [topic.name, topic]));
    this.read = topics.some(({ exact }) => exact) ? read : JSON.parse;
    this.commands = 0;
    this.failures = 0;
    this.socket = null;
    this.waiting = 0;
    this.heardAt = 0;
    this.live = false;
    this.behind = false;
    this.why = ""; // a code: why the server is about to end it
    addEventListener("online", () => this.waiting && this.open());
    setInterval(() => this.keepAlive(), PING_EVERY);
  }

  open() {
    clearTimeout(this.waiting);
    this.waiting = 0;
    if (!this.failures) tell("connecting");
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/ws/v1/`, "headrace.v1");
    this.socket = socket;
    let opened = false;
    socket.addEventListener("open", () => {
      opened = true;
      this.heardAt = Date.now();
      for (const topic of this.topics.values()) this.ask(topic, topic.subscribe());
    });
    socket.addEventListener("message", (event) => this.hear(this.read(event.data)));
    socket.addEventListener("close", (event) => this.closed(socket, event.code, opened));
  }

  /** Send a command; its id, or undefined where there is no line. */
  send(command) {
    if (this.socket?.readyState !== WebSocket.OPEN) return undefined;
    this.commands += 1;
    this.socket.send(JSON.stringify({ id: this.commands, ...command }));
    return this.commands;
  }

  ask(topic, command) {
    topic.asked = this.send(command);
  }

  hear(frame) {
    this.heardAt = Date.now();
    if (this.behind) {
      this.behind = false;
      tell("live");
    }
    if (frame.type === "error") return this.refused(frame);
    if (frame.type === "signed_out") this.why = frame.why;
    if (frame.topic ?? frame.data?.topic) this.alive(); // a ping's answer says nothing about what is watched
    const topic = frame.topic && this.topics.get(frame.topic);
    if (!topic || !["snapshot", "reset", "event"].includes(frame.type)) return;
    const answer = topic.receive(frame);
    if (answer) this.ask(topic, answer);
  }

  /** Without its topic the page is not live: what cannot be had now is asked for again. */
  refused(frame) {
    console.warn("the server refused a command:", frame.code, frame.message);
    const socket = this.socket;
    const topic = [...this.topics.values()].find((each) => each.asked === frame.id);
    if (!topic || !frame.retry_after) return;
    setTimeout(() => socket === this.socket && this.ask(topic, topic.subscribe()), frame.retry_after * 1000);
  }

  alive() {
    if (this.live) return;
    this.live = true;
    this.failures = 0;
    tell("live");
  }

  /** A half-open connection says nothing, not even that it is gone. */
  keepAlive() {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const silence = Date.now() - this.heardAt;
    if (silence > SILENCE) {
      this.drop();
      return;
    }
    if (silence > BEHIND && this.live && !this.behind) {
      this.behind = true;
      tell("behind", silence / 1000);
    }
    this.send({ type: "ping" });
  }

  drop() {
    const socket = this.socket;
    socket.close();
    this.closed(socket, 1006, true);
  }

  async closed(socket, code, opened) {
    if (socket !== this.socket) return;
    this.socket = null;
    this.live = this.behind = false;
    if (code === FORBIDDEN) {
      location.reload(); // the page says in words what its reader may not see any more
      return;
    }
    if (code === SIGNED_OUT || (!opened && (await signedOut()))) {
      tell("signed-out", 0, this.why && `signed-out-${this.why}`);
      return;
    }
    // Full jitter: a thousand pages that were cut at once do not come back at once.
    const ceiling = Math.min(FIRST_WAIT * 2 ** this.failures, LONGEST_WAIT);
    const wait = 0.1 + Math.random() * ceiling;
    this.failures += 1;
    tell("reconnecting", wait);
    this.waiting = setTimeout(() => this.open(), wait * 1000);
  }
}

/** A refused handshake does not say why; the page itself does: it sends whoever is signed out to the sign-in. Sent
    anywhere else, there is something between us and the server that will go. */
async function signedOut() {
  const door = document.querySelector("[data-sign-in]");
  try {
    const answer = await fetch(location.href, { method: "HEAD" });
    return answer.redirected && new URL(answer.url).pathname === new URL(door.href).pathname;
  } catch {
    return false;
  }
}
