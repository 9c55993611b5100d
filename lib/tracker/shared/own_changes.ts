/** The changes of this tracker that the engine has not confirmed, in the order in which they are sent. */
import { addressesOf, type Change, imagesOf, type Renewal } from "./shared_state.ts";

/** While the engine is away, the oldest of more changes is given up: a flood of registrations must not take all memory. */
const MAX_CHANGES = 200_000;

/** The same for the texts of their images, which a single peer announces again and again as it moves. */
const MAX_TEXTS = 8_000_000;

/** Renewals that are sent as one. */
const RENEWALS = 500;

/** Changes that are taken to be sent under one number. */
export interface Numbered {
  readonly number: number;
  readonly changes: readonly Change[];
}

const NONE: readonly Change[] = [];

export class OwnChanges {
  /** By address, for every change but renewals. */
  readonly #byAddress = new Map<string, Change[]>();
  readonly #unsent = new Set<Change>();
  #unsentTexts = 0;
  readonly #renewals = new Map<string, Renewal>();
  /** Those before {@link #confirmed} are confirmed. */
  #sent: Numbered[] = [];
  #confirmed = 0;
  #number = 0;
  /** Where leases began since the machine slept; `null` if it is known for how long that was. */
  #sinceSleep: Set<string> | null = null;
  /** Called when a change was added that is to be sent at once. */
  onAdded?: () => void;
  /** How many were given up. */
  lost = 0;

  /** How many are not confirmed. */
  get size(): number {
    return this.#unsent.size + this.#renewals.size + this.sent.reduce((sum, { changes }) => sum + changes.length, 0);
  }

  /** Whether changes other than renewals wait to be sent. */
  get hasUnsent(): boolean {
    return this.#unsent.size > 0;
  }

  /** What is wanted of an address, in this order; no renewals. */
  of(address: string): readonly Change[] {
    return this.#byAddress.get(address) ?? NONE;
  }

  /** A renewal of an address that is not confirmed. */
  renewal(address: string): Renewal | undefined {
    return this.#renewals.get(address);
  }

  /** The machine has slept, and does not know for how long: the times of what is added now lack that. */
  woke(): void {
    this.#sinceSleep = new Set();
  }

  /** Whether it is not known how long the machine has slept. */
  get isSleepUnknown(): boolean {
    return this.#sinceSleep !== null;
  }

  /** Adds the length of the sleep to the times of what was added since; returns the addresses of these leases. */
  addSleep(milliseconds: number): string[] {
    const addresses = [...this.#sinceSleep ?? []];
    this.#sinceSleep = null;
    for (const address of addresses) {
      const renewal = this.renewal(address);
      if (renewal) renewal.endsAt += milliseconds;
      for (const change of this.of(address)) {
        if (change.kind === "remove" && change.endedBy !== undefined) change.endedBy += milliseconds;
        else if (change.kind === "put") change.peer = { ...change.peer, endsAt: change.peer.endsAt + milliseconds };
      }
    }
    return addresses;
  }

  /** Adds a change. What it makes needless is not sent. */
  add(change: Change): void {
    this.#add(change);
    const since = this.#sinceSleep;
    const { kind, address } = change;
    if (kind === "renew" || kind === "put" || kind === "move" && since?.has(change.from)) since?.add(address);
  }

  #add(change: Change): void {
    if (change.kind === "renew") return void this.#renewals.set(change.address, change);
    if (change.kind === "put" || change.kind === "remove") this.#renewals.delete(change.address);
    if (change.kind === "move") {
      const renewal = this.#renewals.get(change.from);
      if (renewal) this.#renewals.set(change.address, { ...renewal, address: change.address });
    }
    const others = this.of(change.address);
    for (let i = others.length - 1; i >= 0; i--) {
      const other = others[i];
      if (other.kind === "move") break; // It takes what is before it elsewhere.
      if (this.#unsent.has(other) && replaces(change, other)) this.#forget(other);
    }
    this.#addUnsent(change);
    for (const address of addressesOf(change)) {
      const changes = this.#byAddress.get(address);
      if (changes) changes.push(change);
      else this.#byAddress.set(address, [change]);
    }
    this.onAdded?.();
    for (const oldest of this.#unsent) {
      if (this.#unsent.size <= MAX_CHANGES && this.#unsentTexts <= MAX_TEXTS) break;
      this.lost++;
      this.#forget(oldest);
    }
  }

  #addUnsent(change: Change): void {
    this.#unsent.add(change);
    this.#unsentTexts += imagesOf(change)?.length ?? 0;
  }

  #deleteUnsent(change: Change): void {
    if (this.#unsent.delete(change)) this.#unsentTexts -= imagesOf(change)?.length ?? 0;
  }

  /** Takes up to `most` changes to be sent, each under its own number; what was sent before is sent again first. */
  take(most: number): Numbered[] {
    const taken: Numbered[] = [];
    for (const change of this.#unsent) {
      if (taken.length === most) break;
      this.#deleteUnsent(change);
      taken.push({ number: ++this.#number, changes: [change] });
    }
    this.#sent = this.#sent.concat(taken);
    return taken;
  }

  /** Takes the renewals that were gathered, some hundred under one number. Not those of a registration that is unsent. */
  takeRenewals(): Numbered[] {
    const sent = new Set(this.sent.flatMap(({ changes }) => changes[0].kind === "renew" ? changes : []));
    const isBehind = (it: Renewal): boolean => this.of(it.address).some((change) => this.#unsent.has(change));
    const unsent = [...this.#renewals.values()].filter((it) => !sent.has(it) && !isBehind(it));
    const taken: Numbered[] = [];
    for (let i = 0; i < unsent.length; i += RENEWALS) {
      taken.push({ number: ++this.#number, changes: unsent.slice(i, i + RENEWALS) });
    }
    this.#sent = this.#sent.concat(taken);
    return taken;
  }

  /** What was sent and is not confirmed. */
  get sent(): readonly Numbered[] {
    return this.#sent.slice(this.#confirmed);
  }

  /** The engine has made the changes up to this number, or found that they have no effect. */
  confirm(number: number): readonly Change[] {
    const changes: Change[] = [];
    while (this.#confirmed < this.#sent.length && this.#sent[this.#confirmed].number <= number) {
      for (const change of this.#sent[this.#confirmed++].changes) {
        this.#forget(change);
        changes.push(change);
      }
    }
    if (2 * this.#confirmed > this.#sent.length) this.#dropConfirmed(); // So that each is moved once, not once for each.
    return changes;
  }

  /** All addresses that changes other than renewals are about. */
  addresses(): string[] {
    return [...this.#byAddress.keys()];
  }

  /** Puts changes before all others, and has those sent again, since the engine has lost what they were made on. */
  addFirst(changes: readonly Change[]): void {
    const sent = this.sent.flatMap((it) => it.changes).filter((it) => this.of(it.address).includes(it));
    const all = [...changes, ...sent, ...this.#unsent];
    this.#confirmed = this.#sent.length;
    this.#dropConfirmed();
    for (const change of this.#unsent) this.#deleteUnsent(change);
    for (const change of all) {
      if (change.kind === "update") change.base = undefined; // The entry may be lost.
      this.#addUnsent(change);
    }
    for (const change of changes) this.#byAddress.set(change.address, [change, ...this.of(change.address)]);
  }

  #dropConfirmed(): void {
    this.#sent.splice(0, this.#confirmed);
    this.#confirmed = 0;
  }

  #forget(change: Change): void {
    if (change.kind === "renew") {
      if (this.#renewals.get(change.address) === change) this.#renewals.delete(change.address);
      return;
    }
    this.#deleteUnsent(change);
    for (const address of addressesOf(change)) {
      const known = this.of(address);
      if (known.length > 1) this.#byAddress.set(address, known.filter((it) => it !== change));
      else if (known[0] === change) {
        this.#byAddress.delete(address);
        if (!this.#renewals.has(address)) this.#sinceSleep?.delete(address);
      }
    }
  }
}

/** Whether an earlier change of the same address has no effect when this one follows. */
function replaces(change: Change, earlier: Change): boolean {
  if (change.kind === "put") return true;
  return change.kind === earlier.kind && (change.kind === "update" || change.kind === "list") &&
    "password" in earlier && change.password === earlier.password;
}
