/** A peer's session with its tracker: registers, renews, updates and ends the registration, and lists. */
import type { Address } from "../protocol/address.ts";
import { Fault } from "../fault/fault.ts";
import type { Image } from "../protocol/image.ts";
import { notify } from "../fault/notify.ts";
import { reasonOf } from "../fault/reason.ts";
import type { Listing } from "./list/fetch_list.ts";
import { GatheredChanges } from "./list/gather_changes.ts";
import { type Begin, DEFAULT_WAITS, keepRegistered, type RegistrationEvent, type RenewalWaits } from "./renewal.ts";
import { Slots } from "../net/slots.ts";
import { SessionLists } from "./session_lists.ts";
import type { ListUpdate, WatchOptions } from "./list/watch_list.ts";
import type { Registered } from "./single_tracker.ts";
import type { TrackerClient, TrackerMove } from "./tracker_client.ts";
import { untilSilent } from "./until_silent.ts";

/** What a session takes from its peer. */
export interface TrackerSessionParts {
  /** Closed with the session. */
  readonly client: TrackerClient;
  readonly password: string;
  readonly port: number;
  /** What the peer shares now. */
  readonly images: () => readonly Image[];
  /** Whether an address of a list is this peer. */
  readonly isOwn: (address: Address) => boolean;
  /** Aborted when the peer ends. */
  readonly ending: AbortSignal;
  readonly onEvent?: (event: RegistrationEvent) => void;
  readonly onList?: (listing: Listing) => void;
  readonly waits?: RenewalWaits;
}

/**
 * The session of one peer with the trackers of one network. Requests come from the user, the folder, the renewal and the
 * shutdown. They go through one queue; a request that a later one made obsolete is skipped when its turn comes.
 */
export class TrackerSession {
  readonly #parts: TrackerSessionParts;
  readonly #ending = new AbortController();
  #closing: Promise<void> | null = null;
  /** The latest decision whether the peer is to be registered. */
  #decision = { wanted: false };
  readonly #turns = new Slots(1);
  /** Stops the renewal, which lasts from the first announce until the registration is ended. */
  #renewing: AbortController | null = null;
  #registered = false;
  /** Whether the tracker may know this peer, even if its answer never arrived. */
  #announced = false;
  #taken: Registered | null = null;
  #renewedAt = -Infinity;
  #checkedAt = -Infinity;
  #lost: Fault | null = null;
  readonly #changes: GatheredChanges;
  /** Its lists, and what was found of those that are too long to be held. */
  readonly lists: SessionLists;

  /**
   * Creates a session that has sent nothing yet.
   *
   * @ignore Peers make their own.
   */
  constructor(given: TrackerSessionParts) {
    const parts = this.#parts = { ...given, ending: AbortSignal.any([given.ending, this.#ending.signal]) };
    this.#changes = new GatheredChanges(() => this.#announceChange(), parts.images, parts.ending);
    this.lists = new SessionLists(parts, () => this.check());
    parts.client.onMove = (move) => this.#moved(move);
  }

  /** The tracker's address. */
  get address(): Address {
    return this.#parts.client.address;
  }

  /** The addresses of all trackers of the network, that of the tracker that is asked first. */
  get addresses(): readonly Address[] {
    return this.#parts.client.addresses;
  }

  /** Whether this peer is to be registered, as was decided last. */
  get wanted(): boolean {
    return this.#decision.wanted;
  }

  /** Whether this peer is registered, as far as the tracker has answered. */
  get registered(): boolean {
    return this.#registered;
  }

  /** Why the last request to the tracker failed; `null` if it was answered. A registration is retried automatically. */
  get lost(): Fault | null {
    return this.#lost ?? this.lists.fault;
  }

  /**
   * Registers what the peer shares, and keeps it registered from now on, even if the tracker does not answer this time.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`.
   */
  register(): Promise<Registered> {
    return this.#announce("register");
  }

  /**
   * Registers what the peer shares now, replacing what it shared before.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`.
   */
  update(): Promise<Registered> {
    return this.#announce("update");
  }

  /**
   * Ends the registration. Other peers are still answered.
   *
   * @returns Whether there was a registration.
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`.
   */
  unregister(): Promise<boolean> {
    const decision = this.#decide(false);
    return this.#inTurn(async () => {
      if (!this.#announced) return false;
      const { client, password, port } = this.#parts;
      try {
        await client.unregister(password, port);
      } catch (error) {
        // The registration still exists, and is kept unless something else was decided in the meantime.
        if (this.#decision === decision && this.#registered) {
          decision.wanted = true;
          this.#renewFrom("failed");
        }
        throw this.#failed(error);
      }
      this.#announced = this.#registered = false;
      this.#lost = this.lists.fault = null;
      return true;
    });
  }

  /**
   * Announces a change of the images if the peer is registered. Changes that come while another is being announced, or
   * soon after, are announced together.
   *
   * @returns Why the tracker does not know the change yet; `undefined` if it does.
   */
  changed(): Promise<Fault | undefined> {
    return this.#changes.changed();
  }

  /**
   * Lists what all peers share. If the list should name this peer but does not, the registration is checked soon.
   *
   * @param most Of a network with more images, only those that {@link SessionLists.findMore} found are listed.
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `not-a-tracker`.
   */
  list(most?: number): Promise<Listing> {
    return this.lists.list(most);
  }

  /**
   * Lists what all peers share again and again: gives the list, and each time that it has changed, until `signal` is
   * aborted or the peer is closed. A tracker of ours is asked every two seconds for what changed, others for the whole
   * list, the less often the longer it is. A request that fails is repeated; {@link TrackerSession.lost} says why.
   */
  watchList(signal?: AbortSignal, options: WatchOptions = {}): AsyncGenerator<ListUpdate> {
    return this.lists.watch(signal, options);
  }

  /**
   * Checks the registration soon: the tracker may have forgotten it. Not again before the next renewal: a program that
   * lists again and again would put the check off, or announce all images each time.
   */
  check(): void {
    const { renew } = this.#parts.waits ?? DEFAULT_WAITS;
    if (!this.#registered || !this.#decision.wanted || performance.now() - this.#checkedAt < renew) return;
    this.#checkedAt = performance.now();
    this.#renewFrom("doubtful");
  }

  /** Renews soon at the other tracker, which may have another registry. */
  #moved({ from, to, why, isRegistered }: TrackerMove): void {
    this.#onEvent({ kind: "moved", from, to, why });
    if (this.#registered && this.#decision.wanted && !isRegistered) this.#renewFrom("doubtful");
  }

  /** Ends everything, unregisters without waiting long for the answer, and closes the client. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    const { client, password, port } = this.#parts;
    this.#ending.abort();
    this.#decide(false);
    if (this.#announced) await client.leave(password, port);
    this.#registered = this.#announced = false;
    await client.close();
    await this.#changes.ended();
    using _turn = await this.#turns.enter();
  }

  /** Decides whether the peer is to be registered; nothing is renewed until that is done. */
  #decide(wanted: boolean): { wanted: boolean } {
    this.#renewing?.abort();
    return this.#decision = { wanted };
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    using _turn = await this.#turns.enter();
    this.#parts.ending.throwIfAborted();
    return await work();
  }

  #announce(how: "register" | "update"): Promise<Registered> {
    const decision = this.#decide(true);
    return this.#inTurn(async () => {
      const { client, password, port, images } = this.#parts;
      let begin: Begin = "failed";
      try {
        this.#announced = true;
        return begin = this.#took(await client[how](password, port, images()));
      } catch (error) {
        throw this.#failed(error);
      } finally {
        if (this.#decision === decision) this.#renewFrom(begin); // A later decision has its own turn.
      }
    });
  }

  async #announceChange(): Promise<Fault | undefined> {
    const { client, password, port, images, ending } = this.#parts;
    try {
      return await this.#inTurn(async () => {
        if (!this.#registered || !this.#decision.wanted) return undefined;
        const result = this.#took(await client.update(password, port, images()));
        const { again, accepted, offered } = result;
        if (again) this.#onEvent({ kind: "again", accepted, offered });
        if (accepted < offered && this.#decision.wanted) this.#renewFrom(result);
        return undefined;
      });
    } catch (error) {
      if (ending.aborted) return undefined;
      // The `END` may have been sent: the renewal registers as soon as it can.
      this.#failed(error);
      if (this.#decision.wanted) this.#renewFrom("failed");
      if (error instanceof Fault) return error;
      return new Fault("tracker-unreachable", { address: client.address.host, reason: reasonOf(error) }, error);
    }
  }

  #renewFrom(begin: Begin): void {
    const { client, ending, waits } = this.#parts;
    if (ending.aborted) return;
    this.#renewing?.abort();
    const { signal } = this.#renewing = new AbortController();
    const renew = (slept: boolean) =>
      this.#inTurn(async () => {
        signal.throwIfAborted(); // Something else was decided while this request waited.
        try {
          return this.#took(await this.#renew(slept));
        } catch (error) {
          throw signal.aborted ? error : this.#failed(error);
        }
      });
    const parts = { renew, hadTcp: () => client.hadTcp, onEvent: this.#onEvent, waits };
    const renewing = AbortSignal.any([signal, ending]);
    void keepRegistered(parts, begin, renewing);
    const answers = async (): Promise<boolean> => this.#lost !== null || await client.answers();
    void untilSilent(answers, renewing, waits?.check).then((isSilent) => isSilent && this.#renewFrom("doubtful"));
  }

  readonly #onEvent = (event: RegistrationEvent): void => notify(() => this.#parts.onEvent?.(event));

  /** Renews; between two renewals, retries only the images that the tracker did not take. */
  async #renew(slept: boolean): Promise<Registered> {
    const { client, password, port, images, isOwn, waits = DEFAULT_WAITS } = this.#parts;
    const isDue = slept || performance.now() - this.#renewedAt >= waits.renew / 2;
    const taken = this.#taken;
    if (this.#lost === null && taken && taken.accepted < taken.offered && !isDue) {
      return await client.complete(password, port, images()) ?? { ...taken, again: false };
    }
    this.#renewedAt = performance.now();
    return await client.renew(password, port, images(), isOwn);
  }

  #took(result: Registered): Registered {
    this.#taken = result;
    this.#registered = this.#announced = true;
    this.#lost = this.lists.fault = null;
    return result;
  }

  /** Remembers why the tracker could not be reached; returns it. */
  #failed(error: unknown): unknown {
    if (error instanceof Fault) this.#lost = error;
    return error;
  }
}
