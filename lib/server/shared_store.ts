/** A registry that trackers share, as a tracker sees it. */
import type { Fault } from "../fault/fault.ts";
import type { Registry } from "../tracker/registry/registry.ts";
import type { SharedLimits } from "../tracker/shared/shared_limits.ts";

/** How the registry stands with its engine, the database behind it. */
export interface RegistryStatus {
  /** Whether the engine can be reached. */
  readonly connected: boolean;
  /** Changes that the engine has not confirmed. */
  readonly pending: number;
  /** Changes that were given up while it was away for too long. */
  readonly lost: number;
  /** How many trackers share it, this one included; 0 while that is not known. */
  readonly trackers: number;
}

/** A registry that trackers share. */
export interface SharedStore {
  /** This tracker's copy, which answers at once. */
  readonly registry: Registry;
  /** What sources took of the limits that all trackers count together. */
  readonly limits: SharedLimits;
  /** What all trackers that share it know it by, and no other registry has; another one after it was emptied. */
  readonly id: string;
  /** How it stands now. */
  readonly status: RegistryStatus;
  /** Whether this tracker slept, and reads what it missed. */
  readonly isWaking: boolean;
  /** Says that this tracker slept. */
  woke(): void;
  /** Why changes cannot be shared now, if so. */
  flush(): Fault | null;
  /** Shares what is left, and leaves the other trackers. */
  close(): Promise<void>;
}
