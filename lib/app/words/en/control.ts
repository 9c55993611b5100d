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
  doing: (pid: string): string => `The client with process id ${pid} is at work…`,
  stillServing: "Who still has its address can fetch from it until it ends.",
  nothingToRemove: "It is not registered: there is nothing to take back.",
  unregistered: "The registration is taken back: the client is in no list any more.",
  stopped: "The client has ended.",
  stopping: "“idp2pi-client stop” ends this client.",
};
