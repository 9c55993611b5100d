/**
 * What the commands print that show and control running clients, in English.
 *
 * @module
 */
import { n } from "./numbers.ts";

/** The messages. */
export const CONTROL = {
  labels: {
    shares: "sharing",
    reached: "address",
    tracker: "tracker",
    sent: "sent",
    fetching: "downloading",
    runs: "running",
  },
  shares: (count: number, bytes: string): string => `${n(count, "image")} (${bytes})`,
  starting: "scanning the directory for the first time",
  registered: (tracker: string): string => `${tracker}, registered`,
  notRegistered: (tracker: string): string => `${tracker}, not registered`,
  lost: (tracker: string): string => `${tracker}, no contact:`,
  sent: (count: number, bytes: string): string => count === 0 ? "nothing yet" : `${n(count, "image")} (${bytes})`,
  runs: (since: string, time: string, pid: string): string => `since ${since} (${time}), process ID ${pid}`,
  stoppingOther: (pid: string): string => `Stopping the client with process ID ${pid}…`,
  stopped: "The client has stopped.",
  stopping: "Stopped by “idp2pi-client stop”.",
};
