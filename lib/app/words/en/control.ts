/**
 * What the commands say that see and steer running clients, in English.
 *
 * @module
 */

const format = (value: number): string => value.toLocaleString("en");
const images = (count: number): string => `${format(count)} ${count === 1 ? "image" : "images"}`;

/** The words of them. */
export const CONTROL = {
  labels: {
    shares: "shares",
    reached: "reached at",
    tracker: "tracker",
    sent: "sent",
    fetching: "downloads",
    runs: "runs",
  },
  shares: (count: number, bytes: string): string => `${images(count)} (${bytes})`,
  starting: "looks through the directory for the first time",
  registered: (tracker: string): string => `${tracker}, registered`,
  notRegistered: (tracker: string): string => `${tracker}, not registered`,
  lost: (tracker: string): string => `${tracker}, lost:`,
  sent: (count: number, bytes: string): string => count === 0 ? "nothing yet" : `${images(count)} (${bytes})`,
  runs: (since: string, time: string, pid: string): string => `since ${since} (${time}), process id ${pid}`,
  stoppingOther: (pid: string): string => `Stopping the client with process id ${pid}…`,
  stopped: "The client has ended.",
  stopping: "“idp2pi-client stop” ends this client.",
};
